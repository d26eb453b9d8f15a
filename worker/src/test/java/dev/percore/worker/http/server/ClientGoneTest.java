package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientGoneTest {
  private final TestServer server = TestServer.started();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void tellsTheHandlerThatTheClientHungUp() throws Exception {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try (Client client = server.connect()) {
      client.get("/held");
      server.takeHeld().onClientGone(() -> gone.complete(null));
    }

    gone.get(10, TimeUnit.SECONDS);
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(server.front.inFlight()).isZero();
    assertThat(
            server.metric(
                "percore_http_requests_total{method=\"GET\",route=\"held\",status=\"499\"}"))
        .isOne();
  }

  @Test
  void tellsTheHandlerThatTheConnectionWasReset() throws Exception {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try (Client client = server.connect()) {
      client.get("/held");
      server.takeHeld().onClientGone(() -> gone.complete(null));
      client.reset();
    }

    gone.get(10, TimeUnit.SECONDS);
  }

  @Test
  void tellsTheHandlerThoughMoreRequestsWait() throws Exception {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try (Client client = server.connect()) {
      client.get("/held").get("/held").get("/quick");
      server.takeHeld().onClientGone(() -> gone.complete(null));
    }

    gone.get(10, TimeUnit.SECONDS);
  }

  @Test
  void tellsAHandlerThatAsksTooLate() throws Exception {
    Exchange exchange;
    try (Client client = server.connect()) {
      client.get("/held");
      exchange = server.takeHeld();
      client.reset();
    }
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);

    CompletableFuture<Void> gone = new CompletableFuture<>();
    exchange.onClientGone(() -> gone.complete(null));
    gone.get(10, TimeUnit.SECONDS);
    exchange.respond(Response.text(200, "for nobody"));
  }

  @Test
  void doesNotTellAfterTheAnswer() {
    AtomicInteger told = new AtomicInteger();
    try (Client client = server.connect()) {
      client.get("/held");
      Exchange exchange = server.takeHeld();
      exchange.onClientGone(told::incrementAndGet);
      exchange.respond(Response.text(200, "done"));
      assertThat(client.read().body()).isEqualTo("done");
    }

    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(told).hasValue(0);
  }

  @Test
  void answersAClientThatOnlyEndedItsOutput() {
    try (Client client = server.connect()) {
      client.get("/quick").get("/held").get("/quick").endOutput();
      Exchange exchange = server.takeHeld();
      Eventually.await("the end has arrived", () -> server.endedInputs.get() == 1);
      exchange.respond(Response.text(200, "held"));

      assertThat(client.read().body()).isEqualTo("quick");
      assertThat(client.read().body()).isEqualTo("held");
      Client.Answer last = client.read();
      assertThat(last.body()).isEqualTo("quick");
      assertThat(last.header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void closesWhenTheClientEndsInTheMiddleOfARequest() {
    try (Client client = server.connect()) {
      client.send("GET /quick HT").endOutput();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void stopsReadingFromAClientThatSendsTooFarAhead() {
    try (Client client = server.connect()) {
      client.get("/held");
      Exchange exchange = server.takeHeld();
      Thread.ofVirtual()
          .start(() -> client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n".repeat(200_000)));
      Eventually.await(
          "much has arrived", () -> server.metric("percore_http_received_bytes_total") > 60_000);
      exchange.respond(Response.text(200, "held"));

      assertThat(client.read().body()).isEqualTo("held");
      for (int i = 0; i < 200_000; i++) {
        assertThat(client.read().status()).isEqualTo(200);
      }
    }
  }
}
