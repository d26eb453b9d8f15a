package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  private final TestServer server = TestServer.with().requestsPerConnection(3).start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void servesManyRequestsOnOneConnection() {
    try (Client client = server.connect()) {
      Client.Answer first = client.get("/quick").read();

      assertThat(first.head().getFirst()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(first.body()).isEqualTo("quick");
      assertThat(first.header("Connection")).isNull();
      assertThat(first.header("Server")).isEqualTo("percore");
      assertThat(first.header("Date"))
          .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
      assertThat(first.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
    }
  }

  @Test
  void endsWhenAsked() {
    try (Client client = server.connect()) {
      client.send("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      assertThat(client.read().header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void endsAfterAsManyRequestsAsAConnectionMayHave() {
    try (Client client = server.connect()) {
      assertThat(client.get("/quick").read().header("Connection")).isNull();
      assertThat(client.get("/quick").read().header("Connection")).isNull();
      assertThat(client.get("/quick").read().header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void dropsWhatIsPipelinedBehindTheLastRequest() {
    try (Client client = server.connect()) {
      client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n".repeat(5));

      assertThat(client.readAll().split("HTTP/1.1 200", -1)).hasSize(4);
    }
  }

  @Test
  void endsAfterOneRequestOfHttp10() {
    try (Client client = server.connect()) {
      client.send("GET /quick HTTP/1.0\r\n\r\n");

      assertThat(client.read().header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void keepsAConnectionOfHttp10WhenAsked() {
    try (Client client = server.connect()) {
      String request = "GET /quick HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

      assertThat(client.send(request).read().header("Connection")).isEqualTo("keep-alive");
      assertThat(client.send(request).read().status()).isEqualTo(200);
    }
  }

  @Test
  void answersInOrderHoweverLongTheHandlersTake() {
    try (Client client = server.connect()) {
      client.get("/held?1").get("/quick").get("/held?2");

      Exchange first = server.takeHeld();
      assertThat(server.held).isEmpty();
      first.respond(Response.text(200, "first"));
      assertThat(client.read().body()).isEqualTo("first");
      assertThat(client.read().body()).isEqualTo("quick");
      server.takeHeld().respond(Response.text(200, "second"));
      assertThat(client.read().body()).isEqualTo("second");
    }
  }

  @Test
  void answersABatchOfPipelinedRequests() {
    try (TestServer unlimited = TestServer.started();
        Client client = unlimited.connect()) {
      int count = 5000;
      Thread.ofVirtual()
          .start(() -> client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n".repeat(count)));

      for (int i = 0; i < count; i++) {
        assertThat(client.read().body()).isEqualTo("quick");
      }
    }
  }

  @Test
  void givesTheFirstAnswerOnly() {
    try (Client client = server.connect()) {
      client.get("/held");
      Exchange exchange = server.takeHeld();
      exchange.respond(Response.text(200, "first"));
      exchange.respond(Response.text(200, "second"));

      assertThat(client.read().body()).isEqualTo("first");
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
  }

  @Test
  void readsABodyThatComesInPieces() {
    try (Client client = server.connect()) {
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc").send("def");
      assertThat(client.read().body()).isEqualTo("abcdef");
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r");
      client.send("\nabc\r\n0\r\n").send("\r\n");
      assertThat(client.read().body()).isEqualTo("abc");
    }
  }

  @Test
  void aHandlerMayAnswerTheRequestOfAnotherConnection() {
    LinkedBlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
    try (TestServer both =
            TestServer.with()
                .route(TestServer.get("wait", "/wait", waiting::add))
                .route(
                    TestServer.get(
                        "release",
                        "/release",
                        e -> {
                          waiting.remove().respond(Response.text(200, "released"));
                          e.respond(Response.text(200, "releasing"));
                        }))
                .start();
        Client one = both.connect();
        Client other = both.connect()) {
      one.get("/wait").get("/quick");
      Eventually.await("one waits", () -> !waiting.isEmpty());
      other.get("/quick").get("/release").get("/quick");

      assertThat(one.read().body()).isEqualTo("released");
      assertThat(one.read().body()).isEqualTo("quick");
      assertThat(other.read().body()).isEqualTo("quick");
      assertThat(other.read().body()).isEqualTo("releasing");
      assertThat(other.read().body()).isEqualTo("quick");
    }
  }

  @Test
  void theClientEndsAConnectionThoughMuchWasPipelinedBehindTheLastRequest() {
    try (TestServer one = TestServer.with().requestsPerConnection(1).start()) {
      try (Client client = one.connect()) {
        client.get("/held").send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n".repeat(10_000));
        one.takeHeld().respond(Response.text(200, "held"));
        assertThat(client.read().body()).isEqualTo("held");
        assertThat(client.isEnded()).isTrue();
      }
      long closedNanos = System.nanoTime();
      Eventually.await("the connection is closed", () -> one.front.connections() == 0);
      // Not because lingering was given up.
      assertThat(Duration.ofNanos(System.nanoTime() - closedNanos))
          .isLessThan(Duration.ofSeconds(4));
    }
  }
}
