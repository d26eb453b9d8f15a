package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tasks move from a busy worker to an idle sibling.
final class HandOffIT {
  @TempDir private Path folder;

  @Test
  void connectionsThatStickToOneWorkerKeepBothCoresBusy() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      Map<Long, Integer> byPid = new ConcurrentHashMap<>();
      awaitFriends(server);
      onOneWorker(
          server,
          4,
          connection -> {
            for (int i = 0; i < 50; i++) {
              RawAnswer answer = connection.get("/calc/primes?n=5000000");
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.json().get("result").asInt()).isEqualTo(348513);
              byPid.merge(answer.pid(), 1, Integer::sum);
            }
          });
      // How evenly is a matter of the machine's load: a benchmark shows it against its peers.
      assertThat(byPid.get(server.worker(0).pid())).isBetween(20, 180);
      assertThat(byPid.get(server.worker(1).pid())).isBetween(20, 180);
      Await.until(
          "the figures add up",
          () -> {
            String metrics = server.getAdmin("/metrics").body();
            return sum(metrics, "percore_compute_tasks_total", "primes\",outcome=\"ok") >= 200
                && sum(metrics, "percore_handoff_tasks_total", "given") >= 20;
          });
      String metrics = server.getAdmin("/metrics").body();
      assertThat(sum(metrics, "percore_handoff_tasks_total", "given"))
          .isEqualTo(
              sum(metrics, "percore_handoff_tasks_total", "taken")
                  + sum(metrics, "percore_handoff_returned_total", ""));
    }
  }

  @Test
  void megabytesMoveBothWays() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      awaitFriends(server);
      String picture = "/calc/mandelbrot?width=1500&height=1500&iterations=200";
      List<byte[]> pictures = new ArrayList<>();
      ConcurrentHashMap<String, Integer> bySlot = new ConcurrentHashMap<>();
      onOneWorker(
          server,
          4,
          connection -> {
            RawAnswer answer = connection.get(picture);
            assertThat(answer.status()).isEqualTo(200);
            bySlot.merge(answer.header("Percore-Slot"), 1, Integer::sum);
            synchronized (pictures) {
              pictures.add(answer.body());
            }
          });
      assertThat(bySlot).containsKeys("0", "1");
      for (byte[] each : pictures) {
        assertThat(each).isEqualTo(pictures.getFirst());
      }
    }
  }

  @Test
  void whatADeadSiblingHadIsRunAgain() throws Exception {
    PluginJar.writeSlow(folder, true);
    try (PercoreServer server = PercoreServer.start(folder);
        RawConnection one = server.connectTo(0);
        RawConnection other = server.connectTo(0)) {
      awaitFriends(server);
      long sibling = server.worker(1).pid();
      awaitBothRun(one, other);

      OsProcesses.send("KILL", sibling);

      server
          .output()
          .awaitLine("worker 1 \\(pid %d\\) ended with a call of slow.*".formatted(sibling));
      Files.createFile(folder.resolve("go"));
      assertThat(one.receive().status()).isEqualTo(200);
      assertThat(other.receive().status()).isEqualTo(200);
      assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(3);
    }
  }

  @Test
  void whatMayNotBeRunTwiceIsNot() throws Exception {
    PluginJar.writeSlow(folder, false);
    try (PercoreServer server = PercoreServer.start(folder);
        RawConnection one = server.connectTo(0);
        RawConnection other = server.connectTo(0)) {
      awaitFriends(server);
      long sibling = server.worker(1).pid();
      awaitBothRun(one, other);
      // Either may have moved: the lane may not have noticed yet that it was idle.
      boolean firstMoved =
          Files.readAllLines(folder.resolve("runs")).getFirst().equals(Long.toString(sibling));

      OsProcesses.send("KILL", sibling);

      RawAnswer lost = (firstMoved ? one : other).receive();
      assertThat(lost.status()).isEqualTo(500);
      assertThat(lost.text()).contains("worker-died");
      Files.createFile(folder.resolve("go"));
      assertThat((firstMoved ? other : one).receive().status()).isEqualTo(200);
      assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(2);
    }
  }

  @Test
  void whenTheOwnerDiesItsSiblingGoesOn() throws Exception {
    PluginJar.writeSlow(folder, true);
    try (PercoreServer server = PercoreServer.start(folder);
        RawConnection one = server.connectTo(0);
        RawConnection other = server.connectTo(0);
        RawConnection onSibling = server.connectTo(1)) {
      awaitFriends(server);
      long sibling = server.worker(1).pid();
      awaitBothRun(one, other);

      OsProcesses.send("KILL", server.worker(0).pid());

      assertThatThrownBy(one::receive).isInstanceOf(IOException.class);
      assertThatThrownBy(other::receive).isInstanceOf(IOException.class);
      RawAnswer answer = onSibling.get("/calc?n=1000");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.pid()).isEqualTo(sibling);
      Files.createFile(folder.resolve("go"));
    }
  }

  @Test
  void aStoppedSiblingHarmsNobody() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "supervision.heartbeat_timeout=60s");
        RawConnection connection = server.connectTo(0)) {
      awaitFriends(server);
      long sibling = server.worker(1).pid();
      long own = server.worker(0).pid();
      OsProcesses.stop(sibling);
      try {
        for (int i = 0; i < 40; i++) {
          RawAnswer answer = connection.get("/calc/primes?n=1000000");
          assertThat(answer.status()).isEqualTo(200);
          assertThat(answer.pid()).isEqualTo(own);
        }
      } finally {
        OsProcesses.send("CONT", sibling);
      }
    }
  }

  // One on the worker's own lane, and one at its sibling.
  private void awaitBothRun(RawConnection one, RawConnection other) throws Exception {
    one.sendGet("/calc/slow");
    Await.until("one runs", () -> runs() == 1);
    other.sendGet("/calc/slow");
    Await.until("both run", () -> runs() == 2);
  }

  private int runs() throws IOException {
    Path runs = folder.resolve("runs");
    return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
  }

  // Workers meet a moment after they are ready. Until then, nothing moves.
  private static void awaitFriends(PercoreServer server) throws Exception {
    Await.until(
        "a task has moved",
        () -> {
          onOneWorker(
              server,
              2,
              connection -> assertThat(connection.get("/calc?n=20000000").status()).isEqualTo(200));
          return sum(server.getAdmin("/metrics").body(), "percore_handoff_tasks_total", "taken")
              > 0;
        });
  }

  private static double sum(String metrics, String name, String label) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @FunctionalInterface
  private interface Action {
    void run(RawConnection connection) throws Exception;
  }

  // All connections are there before the first is used: a worker under load lets another one answer
  // the question who it is.
  private static void onOneWorker(PercoreServer server, int count, Action action) throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      for (int i = 0; i < count; i++) {
        connections.add(server.connectTo(0));
      }
      List<Future<Void>> all = new ArrayList<>();
      for (RawConnection connection : connections) {
        Callable<Void> call =
            () -> {
              action.run(connection);
              return null;
            };
        all.add(threads.submit(call));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }
}
