package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectionTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final TestServer server =
      TestServer.with()
          .headerTimeout(SHORT)
          .bodyTimeout(SHORT)
          .idleTimeout(SHORT.multipliedBy(2))
          .start();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400, 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'",
    "400, 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'",
    "413, 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\n\r\n'",
    "417, 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: x\r\n\r\n'",
    "501, 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n'",
    "505, 'GET / HTTP/2.0\r\n\r\n'",
  })
  void rejectsAndCloses(int status, String request) {
    try (Client client = server.connect()) {
      Client.Answer answer = client.send(request).read();

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(client.isEnded()).isTrue();
      assertThat(server.metric("percore_http_requests_rejected_total{status=\"" + status + "\"}"))
          .isOne();
    }
  }

  @Test
  void theClientCanReadTheAnswerThoughItSendsOn() {
    try (Client client = server.connect()) {
      client.send("GET /" + "a".repeat(1_000_000));
      assertThat(client.read().status()).isEqualTo(414);
    }
    try (Client client = server.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(1_000_000));
      assertThat(client.read().status()).isEqualTo(431);
    }
    try (Client client = server.connect()) {
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n");
      client.send(new byte[9_000_000]);
      assertThat(client.read().status()).isEqualTo(413);
    }
  }

  @Test
  void rejectsAfterAnsweringWhatCameBefore() {
    try (Client client = server.connect()) {
      client.get("/quick").send("bad\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void timesOutASlowHead() {
    try (Client client = server.connect()) {
      assertThat(client.send("GET /quick HTTP/1.1\r\n").read().status()).isEqualTo(408);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void timesOutASlowHeadBehindAnotherRequest() {
    try (Client client = server.connect()) {
      client.get("/quick").send("G");

      assertThat(client.read().status()).isEqualTo(200);
      assertThat(client.read().status()).isEqualTo(408);
    }
  }

  @Test
  void timesOutASlowBody() {
    try (Client client = server.connect()) {
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");

      assertThat(client.read().status()).isEqualTo(408);
    }
  }

  @Test
  void closesWithoutAWordWhatSendsNothing() {
    try (Client client = server.connect()) {
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void closesAnIdleConnection() {
    try (Client client = server.connect()) {
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void refusesTheConnectionTooMany() {
    try (TestServer small = TestServer.with().connections(2).start();
        Client first = small.connect();
        Client second = small.connect()) {
      assertThat(first.get("/quick").read().status()).isEqualTo(200);
      assertThat(second.get("/quick").read().status()).isEqualTo(200);
      try (Client third = small.connect()) {
        Client.Answer answer = third.get("/quick").read();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(third.isEnded()).isTrue();
      }
      assertThat(small.front.connections()).isEqualTo(2);
      assertThat(small.metric("percore_http_connections_refused_total")).isOne();
    }
  }
}
