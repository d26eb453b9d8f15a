package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are slow, or too many.
final class HttpLimitsIT {
  private final List<RawConnection> connections = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void closeConnections() throws Exception {
    for (RawConnection connection : connections) {
      connection.close();
    }
  }

  @Test
  void slowClientsGet408AndDisturbNobody() throws Exception {
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "timeouts.header=500ms", "timeouts.body=500ms")) {
      RawConnection header = open(server).send("GET /healthz HTTP/1.1\r\nHo");
      RawConnection body =
          open(server)
              .send("POST /calc/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"n\"");
      RawConnection silent = open(server);
      for (int i = 0; i < 50; i++) {
        assertThat(open(server).get("/calc?n=1000").status()).isEqualTo(200);
      }
      assertTimesOut(header);
      assertTimesOut(body);
      assertThat(silent.awaitEnd()).isZero();
    }
  }

  private static void assertTimesOut(RawConnection connection) throws Exception {
    RawAnswer answer = connection.receive();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(408);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(connection.awaitEnd()).isZero();
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "timeouts.idle=300ms")) {
      RawConnection idle = open(server);
      assertThat(idle.get("/healthz").status()).isEqualTo(200);
      assertThat(idle.awaitEnd()).isZero();
    }
  }

  @Test
  void aClientThatDoesNotReadIsCutAndDisturbsNobody() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "timeouts.write=500ms")) {
      RawConnection deaf = open(server);
      // Some 100 MB of answers, far more than socket buffers hold.
      String request = "GET /calc/pi?digits=100000 HTTP/1.1\r\nHost: x\r\n\r\n";
      deaf.send(request.repeat(1000));
      for (int i = 0; i < 20; i++) {
        assertThat(open(server).get("/healthz").status()).isEqualTo(200);
      }
      server.awaitWorker(0, "has forgotten it", worker -> worker.inFlight() == 0);
    }
  }

  @Test
  void oneConnectionTooManyIsRefusedAndThereIsRoomAgainWhenOneLeaves() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "limits.connections=5")) {
      for (int i = 0; i < 5; i++) {
        assertThat(open(server).get("/healthz").status()).isEqualTo(200);
      }
      RawConnection surplus = open(server);
      RawAnswer refusal = surplus.receive();
      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.header("Retry-After")).isEqualTo("1");
      assertThat(surplus.awaitEnd()).isZero();
      assertThat(connections.getFirst().get("/healthz").status()).isEqualTo(200);

      connections.getFirst().close();

      Await.until("there is room again", () -> server.get("/healthz").status() == 200);
    }
  }

  @Test
  void aConnectionIsClosedAfterAsManyRequestsAsItMayMake() throws Exception {
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "limits.requests_per_connection=3")) {
      RawConnection connection = open(server);
      assertThat(connection.get("/healthz").header("Connection")).isEmpty();
      assertThat(connection.get("/healthz").header("Connection")).isEmpty();
      assertThat(connection.get("/healthz").header("Connection")).isEqualTo("close");
      assertThat(connection.awaitEnd()).isZero();
    }
  }

  private RawConnection open(PercoreServer server) throws Exception {
    RawConnection connection = server.connect();
    connections.add(connection);
    return connection;
  }
}
