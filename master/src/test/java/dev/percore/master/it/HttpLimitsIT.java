package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are slow, or too many.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpLimitsIT {
  private static final int CONNECTIONS = 60;
  private static final int REQUESTS_PER_CONNECTION = 20;

  private final List<RawConnection> connections = new ArrayList<>();

  private PercoreServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path site = Files.createDirectory(folder.resolve("site"));
    Files.write(site.resolve("big.bin"), new byte[8 << 20]);
    server =
        PercoreServer.start(
            folder,
            "workers=1",
            "static.root=" + site,
            "timeouts.header=1s",
            "timeouts.body=1s",
            "timeouts.idle=2s",
            "timeouts.write=500ms",
            "limits.connections=" + CONNECTIONS,
            "limits.requests_per_connection=" + REQUESTS_PER_CONNECTION);
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void closeConnections() throws Exception {
    for (RawConnection connection : connections) {
      connection.close();
    }
    connections.clear();
    server.awaitWorker(0, "has no connection", worker -> worker.connections() == 0);
  }

  @Test
  void slowClientsGet408AndDisturbNobody() throws Exception {
    RawConnection header = open().send("GET /healthz HTTP/1.1\r\nHo");
    RawConnection body = open().sendHead("POST /calc HTTP/1.1", "Host: x", "Content-Length: 9");
    body.send("{\"n\"");
    RawConnection silent = open();
    for (int i = 0; i < 40; i++) {
      assertThat(open().get("/calc?n=1000").status()).isEqualTo(200);
    }
    assertTimesOut(header);
    assertTimesOut(body);
    assertThat(silent.awaitEnd()).isZero();
  }

  private static void assertTimesOut(RawConnection connection) throws Exception {
    RawAnswer answer = connection.receive();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(408);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(connection.awaitEnd()).isZero();
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() throws Exception {
    RawConnection idle = open();
    assertThat(idle.get("/healthz").status()).isEqualTo(200);
    assertThat(idle.awaitEnd()).isZero();
  }

  @Test
  void aClientThatDoesNotReadIsCutAndDisturbsNobody() throws Exception {
    RawConnection deaf = open();
    // Far more than the sockets' buffers hold.
    deaf.send("GET /static/big.bin HTTP/1.1\r\nHost: x\r\n\r\n".repeat(5));
    server.awaitWorker(0, "has a request", worker -> worker.inFlight() > 0);
    for (int i = 0; i < 20; i++) {
      assertThat(open().get("/healthz").status()).isEqualTo(200);
    }
    server.awaitWorker(0, "has forgotten it", worker -> worker.inFlight() == 0);
  }

  @Test
  void oneConnectionTooManyIsRefusedAndThereIsRoomAgainWhenOneLeaves() throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      assertThat(open().get("/healthz").status()).isEqualTo(200);
    }
    RawConnection surplus = open();
    RawAnswer refusal = surplus.receive();
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.header("Retry-After")).isEqualTo("1");
    assertThat(surplus.awaitEnd()).isZero();

    connections.getFirst().close();

    Await.until("there is room again", () -> server.get("/healthz").status() == 200);
  }

  @Test
  void aConnectionIsClosedAfterAsManyRequestsAsItMayMake() throws Exception {
    RawConnection connection = open();
    for (int i = 1; i < REQUESTS_PER_CONNECTION; i++) {
      assertThat(connection.get("/healthz").header("Connection")).isEmpty();
    }
    assertThat(connection.get("/healthz").header("Connection")).isEqualTo("close");
    assertThat(connection.awaitEnd()).isZero();
  }

  private RawConnection open() throws Exception {
    RawConnection connection = server.connect();
    connections.add(connection);
    return connection;
  }
}
