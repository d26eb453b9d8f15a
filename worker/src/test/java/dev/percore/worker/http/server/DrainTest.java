package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DrainTest {
  private static final byte[] LARGE = new byte[1_000_000];
  private static final byte[] SMALL = new byte[16_000];

  private final TestServer server =
      TestServer.with()
          .smallSendBuffers()
          .route(
              TestServer.get(
                  "large", "/large", e -> e.respond(Response.of(200, "text/plain", LARGE))))
          .route(
              TestServer.get(
                  "small", "/small", e -> e.respond(Response.of(200, "text/plain", SMALL))))
          .start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void closesIdleConnections() throws Exception {
    try (Client client = server.connect()) {
      assertThat(client.get("/quick").read().status()).isEqualTo(200);
      server.drain();

      assertThat(client.isEnded()).isTrue();
      awaitDrained();
    }
  }

  @Test
  void isDrainedAtOnceWithoutConnections() throws Exception {
    server.drain();
    awaitDrained();
  }

  @Test
  void finishesRequestsInFlight() throws Exception {
    try (Client client = server.connect()) {
      client.get("/held");
      Exchange exchange = server.takeHeld();
      server.drain();
      exchange.respond(Response.text(200, "held"));

      Client.Answer answer = client.read();
      assertThat(answer.body()).isEqualTo("held");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
    awaitDrained();
  }

  @Test
  void servesARequestThatHasPartlyArrived() throws Exception {
    try (Client client = server.connect()) {
      client.send("GET /quick HTT");
      Eventually.await(
          "the part has arrived", () -> server.metric("percore_http_received_bytes_total") > 10);
      server.drain();
      Client.Answer answer = client.send("P/1.1\r\nHost: a\r\n\r\n").read();

      assertThat(answer.body()).isEqualTo("quick");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
    awaitDrained();
  }

  @Test
  void answersWhatWasPipelinedBefore() throws Exception {
    try (Client client = server.connect()) {
      client.get("/held").get("/quick");
      Exchange exchange = server.takeHeld();
      server.drain();
      exchange.respond(Response.text(200, "held"));

      assertThat(client.read().header("Connection")).isNull();
      assertThat(client.read().header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
    awaitDrained();
  }

  @Test
  void givesAFreshConnectionAChance() throws Exception {
    try (Client silent = server.connect();
        Client client = server.connect()) {
      Eventually.await("both are accepted", () -> server.front.connections() == 2);
      server.drain();

      assertThat(client.get("/quick").read().header("Connection")).isEqualTo("close");
      assertThat(silent.isEnded()).isTrue();
    }
    awaitDrained();
  }

  @Test
  void endsAConnectionWhoseLargeAnswerWasLeavingWhenTheDrainBegan() throws Exception {
    try (Client client = server.connectWithSmallBuffer()) {
      Client.Answer head = client.get("/large").readHead();
      server.drain();

      assertThat(head.header("Connection")).isNull();
      assertThat(client.readAll()).hasSize(LARGE.length);
    }
    awaitDrained();
  }

  @Test
  void takesAnEmptyLineBehindARequestForNoFurtherOne() throws Exception {
    try (Client client = server.connect()) {
      String request = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n\r\n";
      client.send(request);
      Exchange exchange = server.takeHeld();
      Eventually.await(
          "all has arrived",
          () -> server.metric("percore_http_received_bytes_total") == request.length());
      server.drain();
      exchange.respond(Response.text(200, "held"));

      assertThat(client.read().body()).isEqualTo("held");
      assertThat(client.isEnded()).isTrue();
    }
    awaitDrained();
  }

  @Test
  void doesNotCutAnswersThatTheClientHasNotTakenYet() throws Exception {
    try (Client slow = server.connectWithSmallBuffer();
        Client idle = server.connect()) {
      slow.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4));
      Eventually.await("all are answered", () -> requests("small") == 4);
      assertThat(idle.get("/quick").read().status()).isEqualTo(200);
      server.drain();

      assertThat(idle.isEnded()).isTrue();
      for (int i = 0; i < 4; i++) {
        assertThat(slow.read().body()).hasSize(SMALL.length);
      }
      assertThat(slow.isEnded()).isTrue();
    }
    awaitDrained();
  }

  @Test
  void doesNotWaitLongForAClientThatKeepsItsSideOpen() throws Exception {
    try (Client told = server.connect();
        Client lingering = server.connect()) {
      assertThat(lingering.send("bad\r\n\r\n").read().status()).isEqualTo(400);
      told.get("/held");
      Exchange exchange = server.takeHeld();
      server.drain();
      exchange.respond(Response.text(200, "held"));

      assertThat(told.read().header("Connection")).isEqualTo("close");
      assertThat(told.isEnded()).isTrue();
      long endedNanos = System.nanoTime();
      awaitDrained();
      assertThat(Duration.ofNanos(System.nanoTime() - endedNanos))
          .isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void cutsWhatIsLeft() throws Exception {
    try (Client client = server.connect()) {
      client.get("/held");
      server.takeHeld();
      server.drain();
      assertThat(server.front.inFlight()).isOne();

      int cut = server.front.close().toCompletableFuture().get(10, TimeUnit.SECONDS);

      assertThat(cut).isOne();
      assertThat(client.isEnded()).isTrue();
    }
    awaitDrained();
  }

  private double requests(String route) {
    return server.metric(
        "percore_http_requests_total{method=\"GET\",route=\"" + route + "\",status=\"200\"}");
  }

  private void awaitDrained() throws Exception {
    server.front.drained().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(server.front.connections()).isZero();
  }
}
