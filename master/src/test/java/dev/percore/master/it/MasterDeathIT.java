package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The master is killed.
final class MasterDeathIT {
  private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(5);

  @Test
  void noWorkerOutlivesAKilledMasterAndANewOneTakesOver(@TempDir Path folder) throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=3");
        RawConnection computing = server.connectTo(1)) {
      // One that cannot run, one that computes, one that is idle.
      computing.sendGet("/calc?n=100000000000");
      server.awaitWorker(1, "computes", worker -> worker.running() == 1);
      OsProcesses.stop(server.worker(0).pid());
      assertThat(server.livingWorkers()).hasSize(3);

      server.killMaster();

      var _ = Await.within(ORPHAN_LIMIT, "no orphan", server::livingWorkers, List::isEmpty);
    }
    try (PercoreServer next = PercoreServer.start(folder)) {
      assertThat(next.get("/calc?n=7").json().get("result").asInt()).isEqualTo(7);
    }
  }
}
