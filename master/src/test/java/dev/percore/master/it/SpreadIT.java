package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.percore.protocol.posix.Cpus;
import dev.percore.protocol.posix.CurrentThread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Many workers behind one port.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SpreadIT {
  private PercoreServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = PercoreServer.start(folder, "workers=3");
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @Test
  void everyWorkerAnswersOnTheOnePort() throws Exception {
    List<Long> pids = server.workers().stream().map(WorkerInfo::pid).toList();
    assertThat(pids).hasSize(3).doesNotHaveDuplicates();
    Set<Long> answering = new HashSet<>();
    Await.until(
        "an answer of each worker",
        () -> {
          answering.add(server.get("/calc?n=1").pid());
          return answering.containsAll(pids);
        });
    assertThat(answering).containsExactlyInAnyOrderElementsOf(pids);
  }

  @Test
  void aConnectionStaysWithTheWorkerThatAcceptedIt() throws Exception {
    try (RawConnection connection = server.connect()) {
      // Who computes may be another one.
      assertThat(connection.get("/calc?n=1").status()).isEqualTo(200);
      List<Long> holder = holders(connection);
      assertThat(holder).hasSize(1);
      for (int i = 0; i < 50; i++) {
        assertThat(connection.get("/calc?n=1").status()).isEqualTo(200);
        assertThat(holders(connection)).isEqualTo(holder);
      }
    }
  }

  // On the way to the same machine the core that sends is the one that receives.
  @Test
  void aConnectionGoesToTheWorkerOfTheCoreThatReceivesItIfItIsToldSo(@TempDir Path folder)
      throws Exception {
    assumeThat(kernelSteers()).isTrue();
    List<Integer> cores = Cpus.allowed();
    assumeThat(cores).hasSizeBetween(2, 8); // a worker for each
    try (PercoreServer steered =
        PercoreServer.start(folder, "workers=" + cores.size(), "listen.incoming_cpu=true")) {
      List<WorkerInfo> workers = steered.workers();
      var slots = new FutureTask<>(() -> slotsByCore(steered, cores));
      Thread.ofPlatform().daemon().start(slots); // whose binding ends with it
      assertThat(slots.get(1, TimeUnit.MINUTES))
          .isEqualTo(workers.stream().map(WorkerInfo::slot).sorted().toList());
    }
  }

  // Linux 6.2, from which on groups of sockets heed it.
  private static boolean kernelSteers() {
    Matcher version =
        Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
    assertThat(version.matches()).isTrue();
    int major = Integer.parseInt(version.group(1));
    return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 2);
  }

  private static List<Integer> slotsByCore(PercoreServer server, List<Integer> cores)
      throws Exception {
    List<Integer> slots = new ArrayList<>();
    for (int core : cores) {
      CurrentThread.pin(core);
      Set<Integer> holders = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        try (RawConnection connection = server.connect()) {
          assertThat(connection.get("/healthz").status()).isEqualTo(200);
          for (WorkerInfo worker : server.workers()) {
            if (OsProcesses.hasConnection(
                worker.pid(), server.service().getPort(), connection.localPort())) {
              holders.add(worker.slot());
            }
          }
        }
      }
      assertThat(holders).hasSize(1);
      slots.addAll(holders);
    }
    return slots;
  }

  private List<Long> holders(RawConnection connection) throws IOException {
    List<Long> holders = new ArrayList<>();
    for (WorkerInfo worker : server.workers()) {
      if (OsProcesses.hasConnection(
          worker.pid(), server.service().getPort(), connection.localPort())) {
        holders.add(worker.pid());
      }
    }
    return holders;
  }

  @Test
  void theLogNamesTheAddressTheWorkersAndTheTimeThatTheStartTook() throws Exception {
    String pids =
        String.join(", ", server.workers().stream().map(w -> Long.toString(w.pid())).toList());
    server
        .output()
        .awaitLine(
            "serving on 127\\.0\\.0\\.1:%d with 3 workers \\(pids %s\\), started in \\d+ ms"
                .formatted(server.service().getPort(), pids));
  }
}
