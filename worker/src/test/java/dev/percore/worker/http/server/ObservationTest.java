package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig.AccessLogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationTest {
  @TempDir private Path folder;

  @Test
  void countsRequestsByRouteMethodAndStatus() {
    try (TestServer server = TestServer.started();
        Client client = server.connect()) {
      client.get("/quick").read();
      client.get("/quick?x").read();
      client.send("HEAD /quick HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
      client.send("BREW /quick HTTP/1.1\r\nHost: a\r\n\r\n").read();
      client.get("/nowhere").read();

      assertThat(requests(server, "GET", "quick", 200)).isEqualTo(2);
      assertThat(requests(server, "HEAD", "quick", 200)).isEqualTo(1);
      assertThat(requests(server, "other", "quick", 501)).isEqualTo(1);
      assertThat(requests(server, "GET", "none", 404)).isEqualTo(1);
      assertThat(server.metric("percore_http_request_duration_seconds_count{route=\"quick\"}"))
          .isEqualTo(4);
      assertThat(
              server.metric(
                  "percore_http_request_duration_seconds_bucket{route=\"quick\",le=\"60.0\"}"))
          .isEqualTo(4);
    }
  }

  @Test
  void measuresConnectionsAndBytes() {
    try (TestServer server = TestServer.started();
        Client client = server.connect()) {
      Client.Answer answer = client.get("/quick").read();
      int head = answer.head().stream().mapToInt(line -> line.length() + 2).sum() + 2;

      assertThat(server.metric("percore_http_connections")).isOne();
      assertThat(server.metric("percore_http_requests_in_flight")).isZero();
      assertThat(server.metric("percore_http_connections_accepted_total")).isOne();
      assertThat(server.metric("percore_http_sent_bytes_total"))
          .isEqualTo(head + answer.body().length());
      assertThat(server.metric("percore_http_received_bytes_total"))
          .isEqualTo("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n".length());
    }
  }

  @Test
  void logsRequestsInTheCombinedFormat() throws IOException {
    List<String> lines = logOf(AccessLogFormat.COMBINED);

    assertThat(lines)
        .hasSize(3)
        .first()
        .asString()
        .matches(
            "127\\.0\\.0\\.1 - - \\[[^\\]]+\\] \"GET /quick\\?a=b HTTP/1\\.1\" 200 5"
                + " \"http://x/\" \"ag\\\\x22ent\"");
    assertThat(lines.get(1)).endsWith("\"HEAD /quick HTTP/1.0\" 200 0 \"-\" \"-\"");
    assertThat(lines.get(2)).matches(".* \"-\" 400 \\d+ \"-\" \"-\"");
  }

  @Test
  void logsRequestsAsJson() throws IOException {
    List<String> lines = logOf(AccessLogFormat.JSON);

    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst())
        .contains(
            "\"remote_address\":\"127.0.0.1\",\"method\":\"GET\",\"target\":\"/quick?a=b\"",
            "\"protocol\":\"HTTP/1.1\",\"route\":\"quick\",\"status\":200,\"bytes\":5",
            "\"referer\":\"http://x/\",\"user_agent\":\"ag\\\"ent\"}");
    assertThat(lines.get(2)).contains("\"route\":\"none\",\"status\":400").doesNotContain("method");
  }

  private List<String> logOf(AccessLogFormat format) throws IOException {
    Path file = folder.resolve("access.log");
    try (TestServer server = TestServer.with().accessLog(format, file).start();
        Client client = server.connect()) {
      client.send(
          """
          GET /quick?a=b HTTP/1.1\r
          Host: a\r
          Referer: http://x/\r
          User-Agent: ag"ent\r
          \r
          """);
      client.read();
      client.send("HEAD /quick HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").readHead();
      client.send("bad\r\n").read();
    }
    return Files.readAllLines(file);
  }

  private static double requests(TestServer server, String method, String route, int status) {
    return server.metric(
        "percore_http_requests_total{method=\"%s\",route=\"%s\",status=\"%d\"}"
            .formatted(method, route, status));
  }
}
