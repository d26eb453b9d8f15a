package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Others accept connections in place of a worker that cannot.
final class AdoptionIT {
  /// Far below the start of a JVM on a busy machine.
  private static final Duration WAIT_MAX = Duration.ofSeconds(1);

  @TempDir private Path folder;

  @Test
  void nobodyWaitsForTheReplacementOfAKilledWorker() throws Exception {
    PluginJar.writeHold(folder);
    try (PercoreServer server = PercoreServer.start(folder, "compute.queue=10000");
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", Duration.ofMillis(5))) {
      long victim = server.worker(0).pid();
      long survivor = server.worker(1).pid();
      Files.createFile(folder.resolve("hold")); // no replacement is there before the end
      Await.until("load", () -> newcomers.size() >= 200);

      long beforeKillNanos = System.nanoTime();
      OsProcesses.send("KILL", victim);
      long afterKillNanos = System.nanoTime();
      int before = newcomers.size();

      Await.until("load", () -> newcomers.size() >= before + 200);
      List<OpenLoop.Visit> visits = newcomers.finish();
      assertThat(server.worker(0).isReady()).isFalse();
      assertThat(server.worker(1).pid()).isEqualTo(survivor);
      assertThat(visits)
          .allSatisfy(visit -> assertThat(visit.duration()).isLessThan(WAIT_MAX))
          .filteredOn(visit -> !visit.isAnswered())
          .allMatch(visit -> visit.meets(beforeKillNanos, afterKillNanos))
          .hasSizeLessThan(5);
      Files.delete(folder.resolve("hold"));
      WorkerInfo replacement = server.awaitReplacement(0, victim);
      try (RawConnection again = server.connectTo(0)) {
        assertThat(server.holderOf(again)).isEqualTo(replacement.pid());
      }
    }
  }

  @Test
  void aStoppedWorkerIsHelpedOutUntilItGoesOn() throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try (PercoreServer server =
            PercoreServer.start(folder, "supervision.adopt_after=300ms", "log.level=debug");
        RawConnection own = server.connectTo(0)) {
      long stopped = server.worker(0).pid();
      long sibling = server.worker(1).pid();
      OsProcesses.stop(stopped);
      for (int i = 0; i < 40; i++) {
        connections.add(server.connect().sendGet("/calc?n=1"));
      }

      for (RawConnection connection : connections) {
        assertThat(connection.receive().pid()).isEqualTo(sibling);
      }
      assertThat(server.worker(0).pid()).isEqualTo(stopped);

      OsProcesses.send("CONT", stopped);

      server.output().awaitLine("worker 1 .* no longer stands in for slot 0");
      assertThat(server.holderOf(own)).isEqualTo(stopped);
      try (RawConnection again = server.connectTo(0)) {
        assertThat(server.holderOf(again)).isEqualTo(stopped);
      }
      assertThat(server.worker(0).restarts()).isZero();
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }
}
