package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A real Prometheus that scrapes one server.
final class Prometheus implements AutoCloseable {
  private final Process process;
  private final ProcessOutput output;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private Prometheus(Process process, int port) {
    this.process = process;
    this.output = ProcessOutput.of(process.getInputStream());
    this.port = port;
  }

  /// Makes sure that Debian's package `prometheus` is installed: without it, a test is skipped on a
  /// developer's machine and fails where CI=true.
  static void require() {
    Programs.require("prometheus", "prometheus", "promtool");
  }

  /// Has `promtool` look at an exposition.
  static Distribution.Outcome check(String exposition, Path folder) throws Exception {
    Path file = Files.writeString(Files.createTempFile(folder, "metrics", ".txt"), exposition);
    return Distribution.run(
        new ProcessBuilder("promtool", "check", "metrics").redirectInput(file.toFile()));
  }

  /// Starts one that scrapes the target every second.
  static Prometheus start(Path folder, InetSocketAddress target) throws Exception {
    Path settings =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            scrape_configs:
              - job_name: percore
                scrape_interval: 1s
                scrape_timeout: 1s
                static_configs: [{targets: ["%s:%d"]}]
            """
                .formatted(target.getHostString(), target.getPort()));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + settings,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .start();
    var prometheus = new Prometheus(process, port);
    prometheus.output.awaitLine("Server is ready to receive web requests");
    return prometheus;
  }

  // Prometheus cannot choose a port and tell it.
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// The result of an instant query: a vector of labels and values.
  List<JsonNode> query(String expression) throws Exception {
    JsonNode answer = get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    assertThat(answer.get("status").asString()).as(answer.toString()).isEqualTo("success");
    return answer.at("/data/result").valueStream().toList();
  }

  /// The sum over an expression, 0 for an empty vector.
  double sum(String expression) throws Exception {
    return query("sum(" + expression + ")").stream()
        .mapToDouble(sample -> Double.parseDouble(sample.at("/value/1").asString()))
        .sum();
  }

  /// The values of a label in an expression's vector.
  List<String> labels(String label, String expression) throws Exception {
    return query("count by (" + label + ") (" + expression + ")").stream()
        .map(sample -> sample.get("metric").path(label).asString())
        .sorted()
        .toList();
  }

  /// What went wrong with the latest scrape, or an empty text.
  String scrapeError() throws Exception {
    return get("targets").at("/data/activeTargets/0/lastError").asString();
  }

  private JsonNode get(String target) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + target);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Await.LIMIT).build();
    return Json.parse(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    http.close();
    var _ = process.destroyForcibly().onExit().join();
  }
}
