package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import dev.percore.master.launch.AotCache;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A training run: the real server with one worker, on ports that the kernel chooses, with the
/// shipped configuration, answering each kind of request. Both JVMs write their caches when they
/// end, which is why the stop may take long.
final class Training {
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int ROUNDS = 3;

  private final Path home;
  private final Map<String, String> environment;

  /// @param environment of this process; its settings (`PERCORE_...`) do not count in the
  ///     training
  Training(Path home, Map<String, String> environment) {
    this.home = home;
    this.environment = environment;
  }

  Path cacheFolder() {
    return AotCache.folder(home);
  }

  /// Trains, and returns the size of the caches in bytes.
  ///
  /// @throws CommandFailure if the server did not start, answer, or end as it should
  long run() throws CommandFailure, IOException, InterruptedException {
    AotCache master = AotCache.ofMaster(home);
    AotCache worker = AotCache.ofWorker(home);
    Files.createDirectories(cacheFolder());
    Files.deleteIfExists(master.file());
    Files.deleteIfExists(worker.file());
    Path folder = Files.createTempDirectory("percore-train");
    Process server = start(folder, master, worker);
    try {
      var control = new ControlClient(folder.resolve("control.sock"), Duration.ofSeconds(10));
      JsonNode status = awaitReady(server, control, folder);
      exercise(status);
      control.post("/stop?mode=graceful");
      boolean ended = server.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!ended || !Files.exists(master.file()) || !Files.exists(worker.file())) {
        throw new CommandFailure(
            ExitCode.FAILURE, "the training run left no caches: " + lastLines(folder));
      }
      return Files.size(master.file()) + Files.size(worker.file());
    } finally {
      server.destroyForcibly();
      delete(folder);
    }
  }

  private Process start(Path folder, AotCache master, AotCache worker) throws IOException {
    var builder =
        new ProcessBuilder(
            home.resolve("bin/percore").toString(),
            "run",
            "-c",
            home.resolve("conf/percore.yaml").toString(),
            "--set=workers=1",
            "--set=listen.address=127.0.0.1",
            "--set=listen.port=0",
            "--set=admin.port=0",
            "--set=run_dir=" + folder,
            "--set=shutdown.graceful=" + STOP_LIMIT.toSeconds() + "s",
            "--set=worker.jvm_options=" + worker.recordOption());
    builder.environment().keySet().removeIf(name -> name.startsWith("PERCORE_"));
    String java = environment.get("PERCORE_JAVA_HOME");
    if (java != null) {
      builder.environment().put("PERCORE_JAVA_HOME", java);
    }
    builder.environment().put("PERCORE_JAVA_OPTS", master.recordOption());
    return builder
        .directory(home.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(log(folder).toFile())
        .start();
  }

  private static JsonNode awaitReady(Process server, ControlClient control, Path folder)
      throws CommandFailure, IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    // Its end is what is waited for; each look in between asks whether it is ready.
    while (!server.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        JsonNode status = Answers.parse(control.get("/status"));
        if (Answers.text(status, "state").equals("running")) {
          return status;
        }
      } catch (CommandFailure notYet) {
        if (System.nanoTime() - deadline > 0) {
          throw notYet;
        }
      }
    }
    throw new CommandFailure(
        ExitCode.FAILURE, "the training run ended before it was ready: " + lastLines(folder));
  }

  private static void exercise(JsonNode status)
      throws CommandFailure, IOException, InterruptedException {
    String service = "http://" + Answers.text(status, "listen");
    String admin = "http://" + Answers.text(status, "admin");
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<String> urls = new ArrayList<>();
      for (String path :
          List.of(
              "/", "/healthz", "/readyz", "/openapi.json", "/calc?n=1000", "/calc/nope", "/no")) {
        urls.add(service + path);
      }
      JsonNode catalogue = Answers.parse(get(client, service + "/calc/"));
      for (JsonNode function : catalogue.path("functions")) {
        urls.add(service + Answers.text(function, "example_url"));
      }
      urls.add(admin + "/workers");
      urls.add(admin + "/metrics");
      for (int round = 0; round < ROUNDS; round++) {
        for (String url : urls) {
          var _ = get(client, url);
        }
      }
    }
  }

  private static String get(HttpClient client, String url)
      throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static Path log(Path folder) {
    return folder.resolve("log");
  }

  private static String lastLines(Path folder) throws IOException {
    List<String> lines = Files.readAllLines(log(folder));
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
