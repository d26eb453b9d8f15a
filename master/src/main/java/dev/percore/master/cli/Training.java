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

  /// Enough for what is called several times for a request or a scrape to be compiled, by JVMs that
  /// compile late.
  private static final int HOT_ROUNDS = 300;

  /// Of each kind; scrapes are rarer.
  private static final int REQUESTS_PER_SCRAPE = 5;

  private static final String JSON = "application/json";

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
    try (TrainingServer server = TrainingServer.start(home, environment);
        HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
      JsonNode status = server.awaitReady();
      String service = "http://" + Answers.text(status, "listen");
      String admin = "http://" + Answers.text(status, "admin");
      var _ = get(client, service + "/healthz"); // on a connection that is handed over
      server.replaceByRecording();
      repeat(client, service, admin);
      exercise(client, service, admin);
      server.stop();
    }
    return Files.size(AotCache.ofMaster(home).file()) + Files.size(AotCache.ofWorker(home).file());
  }

  /// What a server is asked for most of all, until it is hot.
  private static void repeat(HttpClient client, String service, String admin)
      throws IOException, InterruptedException {
    for (int i = 0; i < HOT_ROUNDS; i++) {
      for (int j = 0; j < REQUESTS_PER_SCRAPE; j++) {
        var _ = get(client, service + "/healthz");
        var _ = get(client, service + "/calc?n=1000");
      }
      var _ = get(client, admin + "/metrics");
    }
  }

  /// Each kind of request.
  private static void exercise(HttpClient client, String service, String admin)
      throws CommandFailure, IOException, InterruptedException {
    List<String> urls = new ArrayList<>();
    for (String path :
        List.of(
            "/",
            "/healthz",
            "/readyz",
            "/problems/",
            "/openapi.json",
            "/calc?n=1000",
            "/calc/nope",
            "/no",
            "/jobs")) {
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
      var _ =
          post(client, service + "/calc/count/map", "Content-Type", JSON, "[{\"n\":1},{\"n\":2}]");
      var _ = post(client, service + "/calc/count?n=1", "Prefer", "respond-async", "");
    }
  }

  private static String post(
      HttpClient client, String url, String header, String value, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(ANSWER_LIMIT)
            .header(header, value)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String get(HttpClient client, String url)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_LIMIT).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
