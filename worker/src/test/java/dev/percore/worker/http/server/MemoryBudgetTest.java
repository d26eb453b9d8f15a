package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MemoryBudgetTest {
  private static final int BUDGET_BYTES = 600_000;
  private static final int PART_BYTES = 60_000;
  private static final String GET_HELD = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n";

  private final List<Client> clients = new ArrayList<>();
  private final TestServer server =
      TestServer.with().memoryBudget(BUDGET_BYTES).bodyLimit(100_000).start();

  @AfterEach
  void close() {
    clients.forEach(Client::close);
    server.close();
  }

  @Test
  void refusesABodyWhenOthersHoldTheMemory() {
    fill(4);

    assertThat(server.heldBytes()).isBetween(4L * PART_BYTES, (long) BUDGET_BYTES);
    List<Client.Answer> refusals = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Client client = partialBody();
      long before = received();
      client.send(new byte[PART_BYTES]);
      Eventually.await("arrived", () -> received() >= before + PART_BYTES || refused() > 0);
      if (refused() > 0) {
        refusals.add(client.read());
        assertThat(client.isEnded()).isTrue();
        break;
      }
    }

    assertThat(refusals).hasSize(1);
    assertThat(refusals.getFirst().status()).isEqualTo(503);
    assertThat(refusals.getFirst().header("Retry-After")).isEqualTo("1");
    assertThat(refusals.getFirst().body()).contains("/problems/too-much-in-flight");
    assertThat(server.heldBytes()).isLessThanOrEqualTo(BUDGET_BYTES);
  }

  @Test
  void refusesHeadsWhenOthersHoldTheMemory() {
    while (refused() == 0) {
      Client client = connect();
      long before = received();
      client.send("GET /");
      Eventually.await("arrived", () -> received() > before);
    }

    assertThat(clients).hasSizeBetween(10, BUDGET_BYTES / 10_000);
    assertThat(clients.getLast().read().status()).isEqualTo(503);
  }

  @Test
  void servesAgainWhenTheMemoryIsGivenBack() {
    fill(4);
    clients.forEach(Client::reset);
    Eventually.await("all are gone", () -> server.front.connections() == 0);

    assertThat(server.heldBytes()).isZero();
    fill(4);
    for (Client client : clients.subList(4, 8)) {
      client.send(new byte[100_000 - PART_BYTES]);
      assertThat(client.read().body()).hasSize(100_000);
    }
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void countsARequestUntilItIsAnswered() {
    Client client = connect().send(GET_HELD);
    Exchange exchange = server.takeHeld();

    assertThat(server.heldBytes()).isEqualTo(GET_HELD.length());
    exchange.respond(Response.text(200, "held"));
    assertThat(client.read().status()).isEqualTo(200);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void holdsNothingForARequestThatIsRejected() {
    String head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    assertThat(connect().send(head + "5\r\nabcde\r\nx\r\n").read().status()).isEqualTo(400);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void answersWhatCameBeforeTheMemoryWasTaken() {
    Client client = connect().send(GET_HELD);
    Exchange exchange = server.takeHeld();
    while (refused() == 0 && server.heldBytes() < BUDGET_BYTES - 16_384) {
      Client other = connect();
      long before = received();
      other.send("GET /");
      Eventually.await("arrived", () -> received() > before);
    }
    long before = received();
    client.get("/quick");
    Eventually.await("arrived", () -> received() > before);
    exchange.respond(Response.text(200, "held"));

    assertThat(client.read().body()).isEqualTo("held");
    assertThat(client.read().status()).isEqualTo(503);
    assertThat(client.isEnded()).isTrue();
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      Client client = partialBody();
      long before = received();
      client.send(new byte[PART_BYTES]);
      Eventually.await("arrived", () -> received() == before + PART_BYTES);
    }
    assertThat(refused()).isZero();
  }

  // Its head has arrived.
  private Client partialBody() {
    String head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    Client client = connect();
    long before = received();
    client.send(head);
    Eventually.await("arrived", () -> received() == before + head.length());
    return client;
  }

  private Client connect() {
    Client client = server.connect();
    clients.add(client);
    return client;
  }

  private long received() {
    return (long) server.metric("percore_http_received_bytes_total");
  }

  private double refused() {
    return server.metric("percore_http_requests_rejected_total{status=\"503\"}");
  }
}
