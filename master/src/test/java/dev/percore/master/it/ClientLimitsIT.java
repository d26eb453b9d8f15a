package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Limits on clients, counted across all workers. The requests under test carry a header that
/// makes them one client, apart from those by which a test finds its workers.
final class ClientLimitsIT {
  private static final String BY_HEADER = "client_limits.key=header:X-Client";

  private static final String SHORT_CALL = "/calc?n=1";

  @TempDir private Path folder;

  private static RawConnection send(RawConnection connection, String target) throws IOException {
    return connection.sendHead(
        "GET " + target + " HTTP/1.1", "Host: localhost", "X-Client: somebody");
  }

  private static RawAnswer ask(RawConnection connection, String target) throws IOException {
    return send(connection, target).receive();
  }

  /// The sum over the workers of a sample of the metrics.
  private static double metric(PercoreServer server, String name, String... labels)
      throws Exception {
    return server
        .getAdmin("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> Stream.of(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void aBurstIsSpentOnceWhateverWorkersItGoesTo() throws Exception {
    try (PercoreServer server =
            PercoreServer.start(
                folder, BY_HEADER, "client_limits.rate=1/m", "client_limits.burst=199");
        RawConnection toOne = server.connectTo(0);
        RawConnection toOther = server.connectTo(1)) {
      int passed = 0;
      for (int i = 0; i < 500; i++) {
        RawAnswer answer = ask(i % 3 == 0 ? toOne : toOther, SHORT_CALL);
        if (answer.status() == 200) {
          passed++;
        } else {
          assertThat(answer.status()).isEqualTo(429);
          assertThat(answer.json().get("type").asString()).isEqualTo("/problems/rate-exceeded");
          assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 60);
        }
      }
      assertThat(passed).isEqualTo(200);
      for (int slot = 0; slot < PercoreServer.WORKERS; slot++) {
        assertThat(
                metric(
                    server,
                    "percore_client_limited_total",
                    "limit=\"rate\"",
                    "outcome=\"rejected\"",
                    "worker=\"" + slot + "\""))
            .isPositive();
      }
    }
  }

  @Test
  void theRateHoldsAcrossWorkersInTheLongRun() throws Exception {
    // So slow that the client keeps ahead of it on a busy machine too, with a burst that outlasts a
    // pause of the client.
    int perSecond = 20;
    int burst = 40;
    try (PercoreServer server =
            PercoreServer.start(
                folder, BY_HEADER, "client_limits.rate=20/s", "client_limits.burst=" + burst);
        RawConnection toOne = server.connectTo(0);
        RawConnection toOther = server.connectTo(1)) {
      int passed = 0;
      long startNanos = System.nanoTime();
      double seconds = 0;
      for (int i = 0; seconds < 3; i++) {
        passed += ask(i % 2 == 0 ? toOne : toOther, SHORT_CALL).status() == 200 ? 1 : 0;
        seconds = (System.nanoTime() - startNanos) / 1e9;
      }

      double allowed = 1 + burst + perSecond * seconds;
      assertThat(passed).isBetween((int) (allowed * 0.97) - 1, (int) Math.ceil(allowed));
    }
  }

  @Test
  void requestsBeingAnsweredCountOnAllWorkersAndEndWithAKilledOne() throws Exception {
    PluginJar.writeGate(folder);
    String closed = "/gate?file=" + folder.resolve("gate");
    try (PercoreServer server =
            PercoreServer.start(folder, BY_HEADER, "client_limits.concurrent=2");
        RawConnection running = server.connectTo(0);
        RawConnection other = server.connectTo(0);
        RawConnection further = server.connectTo(1)) {
      assertThat(ask(further, SHORT_CALL).status()).isEqualTo(200);
      send(running, closed);
      send(other, closed);
      long victim = server.awaitWorker(0, "holds two", w -> w.inFlight() == 2).pid();

      RawAnswer refused = ask(further, SHORT_CALL);
      assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
      assertThat(refused.json().get("type").asString())
          .isEqualTo("/problems/too-many-concurrent-requests");
      assertThat(further.get(SHORT_CALL).status()).as("another client").isEqualTo(200);
      assertThat(further.get("/problems/too-many-concurrent-requests").status()).isEqualTo(200);

      OsProcesses.send("KILL", victim);

      Await.until(
          "what the killed worker held is free", () -> ask(further, SHORT_CALL).status() == 200);
      server.awaitReplacement(0, victim);
      try (RawConnection replaced = server.connectTo(0)) {
        assertThat(ask(replaced, SHORT_CALL).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aConnectionTooManyIsRefusedByWhateverWorkerItComesTo() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "client_limits.connections=3");
        RawConnection first = server.connect();
        RawConnection second = server.connect();
        RawConnection third = server.connect()) {
      for (RawConnection connection : List.of(first, second, third)) {
        assertThat(connection.get(SHORT_CALL).status()).isEqualTo(200);
      }
      for (int i = 0; i < 10; i++) {
        try (RawConnection fourth = server.connect()) {
          RawAnswer refused = fourth.receive();
          assertThat(refused.status()).isEqualTo(429);
          assertThat(refused.header("Retry-After")).isEqualTo("1");
          assertThat(fourth.awaitEnd()).isZero();
        }
      }
      second.hangUp();
      Await.until("there is room for another", () -> accepts(server));
    }
  }

  private static boolean accepts(PercoreServer server) throws IOException {
    try (RawConnection connection = server.connect()) {
      return connection.get("/healthz").status() == 200;
    }
  }

  @Test
  void aDryRunRefusesNothingAndCounts() throws Exception {
    try (PercoreServer server =
            PercoreServer.start(
                folder, BY_HEADER, "client_limits.rate=1/m", "client_limits.dry_run=true");
        RawConnection connection = server.connect()) {
      for (int i = 0; i < 5; i++) {
        assertThat(ask(connection, SHORT_CALL).status()).isEqualTo(200);
      }
      assertThat(
              metric(
                  server, "percore_client_limited_total", "limit=\"rate\"", "outcome=\"dry_run\""))
          .isEqualTo(4);
    }
  }

  @Test
  void theTableIsGoneWithTheServerAndNeverThereWithoutLimits() throws Exception {
    Path target;
    try (PercoreServer _ = PercoreServer.start(folder, "client_limits.concurrent=9")) {
      List<Path> tables = tables();
      assertThat(tables).hasSize(1);
      target = tables.getFirst().toRealPath();
    }
    assertThat(target).doesNotExist();
    try (PercoreServer _ = PercoreServer.start(folder)) {
      assertThat(tables()).isEmpty();
    }
  }

  private List<Path> tables() throws IOException {
    try (Stream<Path> files = Files.list(PercoreServer.runFolder(folder))) {
      return files.filter(file -> file.getFileName().toString().startsWith("limits-")).toList();
    }
  }
}
