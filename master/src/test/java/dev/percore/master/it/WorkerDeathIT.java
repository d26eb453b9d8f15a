package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker is killed.
final class WorkerDeathIT {
  @TempDir private Path folder;

  @Test
  void connectionsInTheQueueOfAKilledWorkerAreAnsweredByItsSibling() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      long sibling = server.worker(1).pid();
      assertThat(answersToTheQueueOfAKilledWorker(server)).containsOnly(sibling);
    }
  }

  @Test
  void connectionsInTheQueueOfTheOnlyWorkerAreAnsweredByItsReplacement() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      List<Long> answeredBy = answersToTheQueueOfAKilledWorker(server);
      assertThat(answeredBy).containsOnly(server.worker(0).pid());
    }
  }

  private static List<Long> answersToTheQueueOfAKilledWorker(PercoreServer server)
      throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try {
      long victim = server.worker(0).pid();
      OsProcesses.stop(victim);
      Await.until(
          "connections wait for the stopped worker",
          () -> {
            connections.add(server.connect().sendGet("/calc?n=1000"));
            return connections.size() >= 40 && AcceptQueue.length(server.service().getPort()) >= 5;
          });

      OsProcesses.send("KILL", victim);

      List<Long> answeredBy = new ArrayList<>();
      for (RawConnection connection : connections) {
        answeredBy.add(connection.receive().pid());
      }
      return answeredBy;
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void underLoadOnlyRequestsInFlightInTheKilledWorkerFail() throws Exception {
    PluginJar.writeGate(folder);
    Path gate = folder.resolve("gate");
    try (PercoreServer server = PercoreServer.start(folder, "compute.queue=10000");
        RawConnection onVictim = server.connectTo(0);
        RawConnection idleOnVictim = server.connectTo(0);
        RawConnection onSurvivor = server.connectTo(1);
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", Duration.ofMillis(5))) {
      long victim = server.worker(0).pid();
      long survivor = server.worker(1).pid();
      onVictim.sendGet("/gate?file=" + gate);
      onSurvivor.sendGet("/gate?file=" + gate);
      server.awaitWorker(0, "has a request", worker -> worker.inFlight() > 0);
      server.awaitWorker(1, "has a request", worker -> worker.inFlight() > 0);
      Await.until("load", () -> newcomers.size() >= 200);

      long beforeKillNanos = System.nanoTime();
      OsProcesses.send("KILL", victim);
      long afterKillNanos = System.nanoTime();

      assertThatThrownBy(onVictim::receive).isInstanceOf(IOException.class);
      assertThat(idleOnVictim.awaitEnd()).isZero();
      WorkerInfo replacement = server.awaitReplacement(0, victim);
      try (RawConnection again = server.connectTo(0)) {
        assertThat(server.holderOf(again)).isEqualTo(replacement.pid());
      }
      Files.createFile(gate);
      assertThat(onSurvivor.receive().status()).isEqualTo(200);
      assertThat(server.holderOf(onSurvivor)).isEqualTo(survivor);
      List<OpenLoop.Visit> visits = newcomers.finish();
      assertThat(visits).hasSizeGreaterThan(200);
      assertThat(visits)
          .filteredOn(visit -> !visit.isAnswered())
          .allMatch(visit -> visit.meets(beforeKillNanos, afterKillNanos))
          .hasSizeLessThan(50);
    }
  }

  @Test
  void aDeathIsToldInTheLogAndInTheListOfWorkers() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "worker.warm_up=1s")) {
      long victim = server.worker(1).pid();
      assertThat(server.worker(1).lastExit()).isEmpty();

      OsProcesses.send("KILL", victim);

      server
          .output()
          .awaitLine(
              "WARN +master \\d+ .*worker 1 \\(pid %d\\) died: signal 9 \\(SIGKILL\\), .*after \\d+\\.\\d s"
                  .formatted(victim));
      WorkerInfo replacement = server.awaitReplacement(1, victim);
      assertThat(replacement.restarts()).isEqualTo(1);
      assertThat(replacement.lastExit()).isEqualTo("signal 9 (SIGKILL)");
      assertThat(server.worker(0).restarts()).isZero();
      server.output().awaitLine("worker 1 \\(pid %d\\) took over".formatted(replacement.pid()));
    }
  }

  @Test
  void aSlotInACrashLoopBacksOffAndTheOtherServesOn() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "supervision.backoff_initial=300ms")) {
      long survivor = server.worker(1).pid();
      for (int i = 0; i < 3; i++) {
        long pid = server.awaitWorker(0, "has a process", worker -> worker.pid() != 0).pid();
        OsProcesses.send("KILL", pid);
        server.output().awaitLine("worker 0 \\(pid " + pid + "\\) died");
      }
      server
          .output()
          .awaitLine("slot 0 is in a crash loop: 3 short lives in a row; next start in 0\\.6 s");
      server.awaitWorker(0, "recovers", WorkerInfo::isReady);
      assertThat(server.worker(1).pid()).isEqualTo(survivor);
    }
  }
}
