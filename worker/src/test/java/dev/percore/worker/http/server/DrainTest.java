package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DrainTest {
  private final TestServer server = TestServer.started();

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

  private void awaitDrained() throws Exception {
    server.front.drained().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(server.front.connections()).isZero();
  }
}
