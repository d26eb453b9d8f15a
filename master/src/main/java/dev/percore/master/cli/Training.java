package dev.percore.master.cli;

import dev.percore.master.launch.AotCache;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A training run: a server that answers each kind of request, in JVMs that write their caches when
/// they end.
final class Training {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /// For an answer of a JVM that records and has compiled nothing yet.
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

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
    Files.createDirectories(cacheFolder());
    try (TrainingServer server = TrainingServer.start(home, environment)) {
      exercise(server.awaitReady());
      server.stop();
    }
    return Files.size(AotCache.ofMaster(home).file()) + Files.size(AotCache.ofWorker(home).file());
  }

  private static void exercise(JsonNode status)
      throws CommandFailure, IOException, InterruptedException {
    String service = "http://" + Answers.text(status, "listen");
    String admin = "http://" + Answers.text(status, "admin");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
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
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_LIMIT).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
