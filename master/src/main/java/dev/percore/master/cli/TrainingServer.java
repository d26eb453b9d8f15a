package dev.percore.master.cli;

import dev.percore.config.SettingsReference;
import dev.percore.master.ExitCode;
import dev.percore.master.launch.AotCache;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The server of a training run: the real one, with one worker, on ports that the kernel chooses,
/// in a folder of its own. It has the default of every setting, since those of the installed file
/// belong to the server that runs with them: its log file, its sockets.
///
/// Closing leaves nothing behind but caches that are whole, also when this process is told to end
/// meanwhile.
final class TrainingServer implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);

  /// Long, because the JVMs write their caches when they end.
  private static final Duration STOP_LIMIT = Duration.ofMinutes(3);

  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final String CONFIG = "percore.yaml";
  private static final Duration POLL = Duration.ofMillis(100);

  private final Path folder;
  private final Process process;
  private final AotCache master;
  private final AotCache worker;
  private final ControlClient control;
  private boolean trained;

  private TrainingServer(Path folder, Process process, AotCache master, AotCache worker) {
    this.folder = folder;
    this.process = process;
    this.master = master;
    this.worker = worker;
    this.control = new ControlClient(folder.resolve("control.sock"), ANSWER_LIMIT);
  }

  /// Starts one, without the caches there have been.
  ///
  /// @param environment of this process, of which the server gets `PERCORE_JAVA_HOME` alone
  static TrainingServer start(Path home, Map<String, String> environment) throws IOException {
    AotCache master = AotCache.ofMaster(home);
    AotCache worker = AotCache.ofWorker(home);
    Files.deleteIfExists(master.file());
    Files.deleteIfExists(worker.file());
    Path folder = Files.createTempDirectory("percore-train");
    Path config = folder.resolve(CONFIG);
    Files.writeString(config, SettingsReference.shippedFile());
    var builder =
        new ProcessBuilder(
            home.resolve("bin/percore").toString(),
            "run",
            "--config", // apart from its value, as service managers write it (PlainRun)
            config.toString());
    for (String setting :
        List.of(
            "workers=1",
            "listen.address=127.0.0.1",
            "listen.port=0",
            "admin.port=0",
            "run_dir=" + folder,
            "log.level=debug", // for the classes that log, which a worker may need in bad moments
            "umask=022", // workers may run as another user than the one who trains
            "shutdown.graceful=" + STOP_LIMIT.toSeconds() + "s")) {
      builder.command().addAll(List.of("--set", setting));
    }
    builder.environment().keySet().removeIf(name -> name.startsWith("PERCORE_"));
    String java = environment.get("PERCORE_JAVA_HOME");
    if (java != null) {
      builder.environment().put("PERCORE_JAVA_HOME", java);
    }
    builder.environment().put("PERCORE_JAVA_OPTS", String.join(" ", master.recordOptions()));
    builder
        .directory(home.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile());
    // First the hook: between it and the start nothing may end this process without it.
    var started = new CompletableFuture<Optional<TrainingServer>>();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> started.join().ifPresent(TrainingServer::abandon), "end-training"));
    try {
      var server = new TrainingServer(folder, builder.start(), master, worker);
      started.complete(Optional.of(server));
      return server;
    } finally {
      started.complete(Optional.empty()); // without effect if it has started
    }
  }

  /// Waits until it serves, and returns what it says about itself.
  JsonNode awaitReady() throws CommandFailure, IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (System.nanoTime() - deadline < 0) {
      if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failure("ended before it was ready");
      }
      Optional<JsonNode> status = status().filter(TrainingServer::isRunning);
      if (status.isPresent()) {
        return status.get();
      }
    }
    throw failure("was not ready within %d s".formatted(READY_LIMIT.toSeconds()));
  }

  /// Has another worker take the place of the first one, and record. Unlike that one, it rehearses
  /// and is given connections.
  void replaceByRecording() throws CommandFailure, IOException, InterruptedException {
    String none = "  jvm_options: []\n";
    String shipped = SettingsReference.shippedFile();
    if (!shipped.contains(none)) {
      throw new IllegalStateException("the shipped configuration is not as expected");
    }
    String recording =
        "  jvm_options: ['%s']\n".formatted(String.join("', '", worker.recordOptions()));
    Files.writeString(folder.resolve(CONFIG), shipped.replace(none, recording));
    JsonNode report = Answers.parse(control.postAndWait("/reload"));
    if (!Answers.text(report, "state").equals("succeeded")) {
      throw failure("did not reload");
    }
  }

  private Optional<JsonNode> status() {
    try {
      return Optional.of(Answers.parse(control.get("/status")));
    } catch (CommandFailure notYet) {
      return Optional.empty();
    }
  }

  private static boolean isRunning(JsonNode status) {
    return Answers.text(status, "state").equals("running");
  }

  /// Stops it, so that its JVMs write their caches.
  void stop() throws CommandFailure, IOException, InterruptedException {
    control.post("/stop?mode=graceful");
    if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw failure("did not end within %d s".formatted(STOP_LIMIT.toSeconds()));
    }
    if (!Files.exists(master.file()) || !Files.exists(worker.file())) {
      throw failure("left no caches");
    }
    synchronized (this) {
      trained = true;
    }
  }

  private CommandFailure failure(String observation) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("log"));
    String last = String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    return new CommandFailure(
        ExitCode.FAILURE, "the training server %s: %s".formatted(observation, last));
  }

  /// Kills what still runs of it: the master, its worker, and the JVMs that write their caches.
  @Override
  public synchronized void close() throws IOException {
    List<ProcessHandle> processes =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    processes.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, KILL_LIMIT.toSeconds(), TimeUnit.SECONDS)
        .join();
    if (!trained) {
      for (AotCache cache : List.of(master, worker)) {
        Files.deleteIfExists(cache.file());
        Files.deleteIfExists(Path.of(cache.file() + ".config")); // what the JVM makes it from
      }
    }
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private void abandon() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
