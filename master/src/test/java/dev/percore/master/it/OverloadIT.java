package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
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
  void aCallHasTheTimeThatItsClientPrefers() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1");
        RawConnection connection = server.connect()) {
      long begun = System.nanoTime();
      RawAnswer late =
          connection
              .sendHead("GET " + LONG_CALL + " HTTP/1.1", "Host: localhost", "Prefer: wait=1")
              .receive();
      assertThat(late.status()).as(late.toString()).isEqualTo(504);
      assertThat(late.header("Preference-Applied")).isEqualTo("wait=1");
      assertThat(connection.get(LONG_CALL + "&timeout=0.2").status()).isEqualTo(504);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofMillis(1200), Duration.ofSeconds(15));
      assertThat(connection.get("/calc?n=1&timeout=soon").status()).isEqualTo(400);

      // By now it is known how long such calls take.
      try (RawConnection _ = server.connect().sendGet(LONG_CALL)) {
        server.awaitWorker(0, "computes", worker -> worker.running() == 1);
        RawAnswer refused = connection.get(LONG_CALL + "&timeout=0.3");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(refused.json().get("type").asString()).isEqualTo("/problems/compute-busy");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
      }
    }
  }

  @Test
  void aFloodOfOneClientDoesNotKeepAnotherWaiting() throws Exception {
    // Half a second and more on any machine.
    String big = "/calc?n=2000000000";
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "trusted_proxies=127.0.0.1", "compute.queue=20")) {
      List<RawConnection> flood = new ArrayList<>();
      try {
        for (int i = 0; i < 12; i++) {
          flood.add(server.connect().sendHead(headOf(big, "192.0.2.1")));
        }
        server.awaitWorker(0, "has a flood", worker -> worker.queued() == 11);
        try (RawConnection other = server.connect()) {
          RawAnswer small = other.sendHead(headOf("/calc?n=1000", "192.0.2.2")).receive();
          assertThat(small.status()).as(small.toString()).isEqualTo(200);
        }
        assertThat(server.worker(0).queued()).isGreaterThanOrEqualTo(9);
      } finally {
        for (RawConnection connection : flood) {
          connection.close();
        }
      }
    }
  }

  private static String[] headOf(String target, String client) {
    return new String[] {
      "GET " + target + " HTTP/1.1", "Host: localhost", "X-Forwarded-For: " + client
    };
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
