package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator asks of a server that works.
final class OperationsIT {
  private static final Duration PACE = Duration.ofMillis(5);

  @TempDir private Path folder;

  @Test
  void workersComeAndGoAndNoRequestIsLost() throws Exception {
    try (PercoreServer server = start("compute.queue=10000", "log.level=debug");
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", PACE);
        KeepAliveClients regulars = KeepAliveClients.start(server, 4, Duration.ofMillis(3));
        RawConnection idle = server.connectTo(0)) {
      assertThat(workers(server, "add")).isEqualTo("percore: worker 2 added");
      server.awaitWorker(2, "serves", WorkerInfo::isReady);

      long removed = server.worker(0).pid();
      assertThat(workers(server, "remove", "0")).isEqualTo("percore: worker 0 removed");
      OsProcesses.awaitEnd(removed, Await.LIMIT);
      assertThat(slots(server)).containsExactly(1, 2);
      assertThat(idle.get("/calc?n=1").pid()).isNotEqualTo(removed);

      long replaced = server.workers().getFirst().pid();
      assertThat(workers(server, "restart", "1")).isEqualTo("percore: worker 1 is replaced");
      OsProcesses.awaitEnd(replaced, Await.LIMIT);
      assertThat(slots(server)).containsExactly(1, 2);

      server.signal("TTIN");
      server.awaitWorker(0, "serves again", worker -> worker.slot() == 0 && worker.isReady());
      assertThat(slots(server)).containsExactly(0, 1, 2);

      server.signal("TTOU");
      Await.until("one less", () -> slots(server).equals(List.of(0, 1)));
      workers(server, "remove");
      Await.until("one is left", () -> slots(server).equals(List.of(0)));
      Distribution.Outcome last = server.command("workers", "remove", "0");
      assertThat(last.exitCode()).isEqualTo(1);
      assertThat(last.err()).contains("the last worker cannot be removed");

      assertThat(idle.get("/calc?n=1").pid()).isEqualTo(server.worker(0).pid());
      List<OpenLoop.Visit> visits = newcomers.finish();
      assertThat(visits).hasSizeGreaterThan(100);
      assertThat(visits)
          .as(() -> "lost; the server said:\n" + server.output().tail())
          .filteredOn(visit -> !visit.isAnswered())
          .isEmpty();
      assertThat(regulars.answered()).isGreaterThan(100);
      assertThat(regulars.finish()).isEmpty();
    }
  }

  @Test
  void withoutWorkersConnectionsWaitForNewOnes() throws Exception {
    ConfigFile.write(folder);
    try (PercoreServer server = PercoreServer.startByFile(folder)) {
      drainAll(server);
      assertAnsweredAfter(server, () -> server.signal("HUP"));
      server.awaitSettled(2);

      drainAll(server);
      assertAnsweredAfter(server, () -> workers(server, "add"));
      server.awaitWorker(2, "serves", WorkerInfo::isReady);
      assertThat(server.status().path("state").asString()).isEqualTo("running");
    }
  }

  private static void drainAll(PercoreServer server) throws Exception {
    server.signal("WINCH");
    Await.until("no worker is left", () -> server.livingWorkers().isEmpty());
    assertThat(server.status().path("state").asString()).isEqualTo("paused");
  }

  private interface Order {
    void give() throws Exception;
  }

  private static void assertAnsweredAfter(PercoreServer server, Order order) throws Exception {
    List<RawConnection> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        waiting.add(server.connect().sendGet("/calc?n=1"));
      }
      assertThat(AcceptQueue.length(server.service().getPort())).isEqualTo(20);
      order.give();
      for (RawConnection connection : waiting) {
        assertThat(connection.receive().status()).isEqualTo(200);
      }
    } finally {
      for (RawConnection connection : waiting) {
        connection.close();
      }
    }
  }

  @Test
  void logsAreRotatedAndNoLineIsLost() throws Exception {
    Path log = folder.resolve("percore.log");
    Path accessLog = folder.resolve("access.log");
    ConfigFile.write(
        folder, "log.file=" + log, "access_log.format=combined", "access_log.file=" + accessLog);
    int requests = 0;
    Path oldLog = folder.resolve("percore.log.1");
    Path oldAccessLog = folder.resolve("access.log.1");
    try (PercoreServer server = PercoreServer.startByFile(folder)) {
      try (RawConnection one = server.connectTo(0);
          RawConnection other = server.connectTo(1)) {
        requests = lines(accessLog, "n=7");
        assertThat(requests).isZero();
        Files.move(log, oldLog);
        Files.move(accessLog, oldAccessLog);
        for (; requests < 200; requests += 2) {
          one.get("/calc?n=7");
          other.get("/calc?n=7");
        }

        int beforeTheSignal = requests; // they are written by another thread than answers
        Await.until(
            "the moved file gets the lines", () -> lines(oldAccessLog, "n=7") == beforeTheSignal);

        server.signal("USR1");

        while (!Files.exists(accessLog) || lines(accessLog, "n=7") < 100) {
          one.get("/calc?n=7");
          other.get("/calc?n=7");
          requests += 2;
        }
      }
      int sent = requests; // before the kill, which the lines not yet written would not survive
      Await.until(
          "all lines are written",
          () -> lines(oldAccessLog, "n=7") + lines(accessLog, "n=7") == sent);
      assertThat(lines(log, "reopening the log files")).isLessThan(2);
      OsProcesses.send("KILL", server.worker(0).pid());
      Await.until("the new log gets the lines", () -> lines(log, "worker 0 .*died") == 1);
      assertThat(lines(oldLog, "worker 0 .*died")).isZero();
    }
    int old = lines(oldAccessLog, "n=7");
    assertThat(old).isGreaterThanOrEqualTo(200);
    assertThat(old + lines(accessLog, "n=7")).isEqualTo(requests);
    assertThat(lines(oldLog, "serving on")).isEqualTo(1);
    assertThat(lines(log, "all workers have ended")).isEqualTo(1);
  }

  private static int lines(Path file, String pattern) throws IOException {
    return (int)
        Files.readAllLines(file).stream()
            .filter(line -> line.matches(".*" + pattern + ".*"))
            .count();
  }

  @Test
  void aWorkerThatHasAnsweredEnoughIsReplacedBeforeItDrains() throws Exception {
    try (PercoreServer server =
            start("workers=1", "worker.max_requests=300", "compute.queue=10000");
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", PACE)) {
      Set<Long> pids = new HashSet<>();
      Await.until(
          "two replacements",
          () -> {
            WorkerInfo worker = server.worker(0);
            assertThat(worker.isReady()).as("%s serves", worker).isTrue();
            pids.add(worker.pid());
            return pids.size() >= 3;
          });
      server.output().awaitLine("worker 0 is replaced: it has answered 3\\d\\d requests");
      List<OpenLoop.Visit> visits = newcomers.finish();
      assertThat(visits).hasSizeGreaterThan(600);
      assertThat(visits).filteredOn(visit -> !visit.isAnswered()).isEmpty();
    }
  }

  @Test
  void aWorkerThatIsOldEnoughIsReplacedBeforeItDrains() throws Exception {
    try (PercoreServer server = start("workers=1", "worker.max_age=2s")) {
      long first = server.worker(0).pid();
      try (RawConnection idle = server.connect()) {
        assertThat(idle.get("/calc?n=1").pid()).isEqualTo(first);
        Await.until(
            "it is replaced",
            () -> {
              WorkerInfo worker = server.worker(0);
              assertThat(worker.isReady()).as("%s serves", worker).isTrue();
              return worker.pid() != first;
            });
        server.output().awaitLine("worker 0 is replaced: it is 2 s old");
        Await.until("the first one has ended", () -> ProcessHandle.of(first).isEmpty());
        assertThat(idle.get("/calc?n=1").pid()).isNotEqualTo(first);
      }
    }
  }

  @Test
  void aWorkerWhoseComputationNeverEndsIsReplacedAndTellsWhere() throws Exception {
    PluginJar.writeStubborn(folder);
    try (PercoreServer server = start("supervision.lane_grace=1s", "reload.drain=1s");
        RawConnection idle = server.connectTo(0);
        RawConnection waiting = server.connectTo(0);
        RawConnection victim = server.connectTo(0)) {
      long stuck = server.worker(0).pid();
      long sibling = server.worker(1).pid();

      victim.sendGet("/calc/stubborn?timeout=0.5");
      server.awaitWorker(0, "computes", worker -> worker.running() == 1);
      waiting.sendGet("/calc?n=1");
      assertThat(victim.receive().status()).isEqualTo(504);

      Await.until(
          "it is replaced",
          () -> {
            WorkerInfo worker = server.worker(0);
            assertThat(worker.isReady()).as("%s serves", worker).isTrue();
            return worker.pid() != stuck;
          });
      assertThat(idle.get("/healthz").status()).isEqualTo(200);
      // What waited behind it has moved.
      assertThat(waiting.receive().pid()).isEqualTo(sibling);
      OsProcesses.awaitEnd(stuck, Await.LIMIT);
      Path bundle =
          Await.until("a bundle", Bundles.of(folder)::all, found -> !found.isEmpty()).getFirst();
      assertThat(bundle.getFileName().toString()).endsWith("-slot0-pid" + stuck + "-stuck");
      assertThat(Files.readString(bundle.resolve("threads.txt")))
          .contains("example.Stubborn.apply");
      assertThat(server.worker(1).pid()).isEqualTo(sibling);
      assertThat(server.worker(1).restarts()).isZero();
      assertThat(Bundles.of(folder).all()).hasSize(1);
    }
  }

  @Test
  void whatWaitsBehindAComputationThatNeverEndsAndCannotMoveIsToldToTryAgain() throws Exception {
    PluginJar.writeStubborn(folder);
    try (PercoreServer server = start("workers=1", "supervision.lane_grace=1s", "reload.drain=1s");
        RawConnection waiting = server.connectTo(0);
        RawConnection victim = server.connectTo(0)) {
      victim.sendGet("/calc/stubborn?timeout=0.5");
      server.awaitWorker(0, "computes", worker -> worker.running() == 1);
      waiting.sendGet("/calc?n=1");
      assertThat(victim.receive().status()).isEqualTo(504);

      RawAnswer behind = waiting.receive();
      assertThat(behind.status()).as(behind.toString()).isEqualTo(503);
      assertThat(behind.json().get("type").asString()).isEqualTo("/problems/worker-stopping");
      assertThat(Integer.parseInt(behind.header("Retry-After"))).isPositive();
    }
  }

  private PercoreServer start(String... settings) throws Exception {
    ConfigFile.write(folder, settings);
    return PercoreServer.startByFile(folder);
  }

  private static String workers(PercoreServer server, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("workers"));
    command.addAll(List.of(arguments));
    Distribution.Outcome outcome = server.command(command.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return outcome.out();
  }

  /// The numbers of the slots that are served.
  private static List<Integer> slots(PercoreServer server) throws IOException {
    return server.workers().stream().filter(WorkerInfo::isReady).map(WorkerInfo::slot).toList();
  }
}
