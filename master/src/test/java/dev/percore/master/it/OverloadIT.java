package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More work than there are cores.
final class OverloadIT {
  /// Half a minute and more on any machine; given up when its client hangs up.
  private static final String LONG_CALL = "/calc?n=100000000000";

  @TempDir private Path folder;

  @Test
  void aFullQueueAnswers503WhileTheEventLoopGoesOn() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "compute.queue=1")) {
      List<RawConnection> busy = new ArrayList<>();
      try {
        Await.until(
            "every lane computes and has one call waiting",
            () -> {
              busy.add(server.connect().sendGet(LONG_CALL));
              return server.workers().stream().allMatch(w -> w.running() == 1 && w.queued() == 1);
            });

        for (int slot = 0; slot < PercoreServer.WORKERS; slot++) {
          assertThat(server.worker(slot).running()).isEqualTo(1);
        }
        RawAnswer refused = server.get("/calc?n=1");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(refused.json().get("type").asString()).isEqualTo("/problems/compute-queue-full");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        for (int i = 0; i < 20; i++) {
          assertThat(server.get("/healthz").text()).isEqualTo("ok");
        }
        assertThat(server.workers()).allMatch(worker -> worker.running() == 1);
      } finally {
        for (RawConnection connection : busy) {
          connection.close();
        }
      }
      Await.until("the lanes are free again", () -> server.get("/calc?n=1").status() == 200);
    }
  }

  @Test
  void aCallPastItsDeadlineIsAnswered504AndFreesTheLane() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "compute.timeout=300ms");
        RawConnection connection = server.connect()) {
      RawAnswer late = connection.get(LONG_CALL);
      assertThat(late.status()).as(late.toString()).isEqualTo(504);
      assertThat(late.json().get("type").asString()).isEqualTo("/problems/compute-timeout");
      assertThat(connection.get("/calc?n=1000").json().get("result").asInt()).isEqualTo(1000);
    }
  }

  @Test
  void aClientThatHangsUpFreesTheLane() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      try (RawConnection _ = server.connect().sendGet(LONG_CALL)) {
        server.awaitWorker(0, "computes", worker -> worker.running() == 1);
      }
      server.awaitWorker(0, "is idle", worker -> worker.running() == 0);
    }
  }
}
