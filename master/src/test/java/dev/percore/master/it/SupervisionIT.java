package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workers that are stuck, or told to go.
final class SupervisionIT {
  @TempDir private Path folder;

  @Test
  void aStuckWorkerIsKilledAndReplaced() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "supervision.heartbeat_timeout=1s")) {
      long stuck = server.worker(0).pid();

      OsProcesses.stop(stuck);

      server
          .output()
          .awaitLine(
              "killing worker 0 \\(pid %d\\): it gave no sign of life for 1\\.0 s"
                  .formatted(stuck));
      server.awaitReplacement(0, stuck);
      assertThat(server.worker(1).restarts()).isZero();
    }
  }

  @Test
  void aWorkerThatComputesForLongIsNotStuck() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "supervision.heartbeat_timeout=2s");
        RawConnection computing = server.connectTo(0)) {
      computing.sendGet("/calc?n=100000000000");
      WorkerInfo before = server.awaitWorker(0, "computes", worker -> worker.running() == 1);

      long twiceTheLimit = System.nanoTime() + Duration.ofSeconds(4).toNanos();
      Await.until("twice the limit has passed", () -> System.nanoTime() > twiceTheLimit);

      assertThat(server.worker(0).running()).isEqualTo(1);
      assertThat(server.worker(0).pid()).isEqualTo(before.pid());
    }
  }

  @Test
  void aWorkerThatIsToldToGoFinishesItsRequestsAndIsReplaced() throws Exception {
    PluginJar.writeGate(folder);
    try (PercoreServer server = PercoreServer.start(folder);
        RawConnection inFlight = server.connectTo(0)) {
      long pid = server.worker(0).pid();
      inFlight.sendGet("/gate?file=" + folder.resolve("gate"));
      server.awaitWorker(0, "has a request", worker -> worker.inFlight() == 1);

      OsProcesses.send("TERM", pid);
      Files.createFile(folder.resolve("gate"));

      assertThat(inFlight.receive().status()).isEqualTo(200);
      WorkerInfo replacement = server.awaitReplacement(0, pid);
      assertThat(replacement.restarts()).isEqualTo(1);
    }
  }

  @Test
  void aWorkerIsOutOfReachOfCtrlC() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      // Ctrl-C goes to a whole process group; a worker has one of its own.
      for (WorkerInfo worker : server.workers()) {
        assertThat(processGroup(worker.pid())).isEqualTo(worker.pid());
      }
    }
  }

  @Test
  void aWorkerWithoutMemoryIsReplaced() throws Exception {
    PluginJar.writeHog(folder);
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "worker.heap=64m");
        RawConnection connection = server.connect()) {
      long pid = server.worker(0).pid();
      connection.sendGet("/hog");
      WorkerInfo replacement = server.awaitReplacement(0, pid);
      assertThat(replacement.lastExit()).isEqualTo("exit code 3 (out of memory)");
      assertThat(server.get("/calc?n=5").status()).isEqualTo(200);
    }
  }

  @Test
  void bodiesThatDoNotFitIntoMemoryCostOnlyTheirRequests() throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "worker.heap=64m", "limits.body=8m")) {
      for (int i = 0; i < 10; i++) {
        RawConnection connection = server.connect();
        connections.add(connection);
        connection.sendHead(
            "POST /calc/sha256 HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            "Content-Length: 8000000");
        sendUntilRefused(connection, "x".repeat(1_000_000), 7);
      }
      assertThat(server.get("/calc?n=5").status()).isEqualTo(200);
      assertThat(server.worker(0).restarts()).isZero();
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }

  private static void sendUntilRefused(RawConnection connection, String piece, int times) {
    try {
      for (int i = 0; i < times; i++) {
        connection.send(piece);
      }
    } catch (IOException refused) {
      assertThat(refused).isInstanceOf(SocketException.class);
    }
  }

  private static long processGroup(long pid) throws Exception {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // After the name in brackets: state, parent, process group.
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[2]);
  }
}
