package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Figures of all workers at once, read by a real Prometheus.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetricsIT {
  // All series that may only grow, whatever their names.
  private static final String GROWING = "{job=\"percore\",__name__=~\".+_(total|count|bucket)\"}";

  private Path folder;
  private PercoreServer server;
  private Prometheus prometheus;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    Prometheus.require();
    folder = temporary;
    server = PercoreServer.start(folder, "admin.scrape_timeout=300ms");
    prometheus = Prometheus.start(folder, server.admin());
    askEachWorker(10);
  }

  @AfterAll
  void stop() throws Exception {
    prometheus.close();
    server.close();
  }

  @Test
  void countersOfASlotOutliveItsWorker() throws Exception {
    Await.until("both workers' requests are counted", () -> requests(0) > 0 && requests(1) > 0);
    assertThat(prometheus.labels("worker", "{job=\"percore\",__name__=~\"percore_.+|jvm_.+\"}"))
        .containsExactly("0", "1", "master");
    double before = requests(0);
    double restartsBefore = restarts(0);
    long victim = server.worker(0).pid();

    OsProcesses.send("KILL", victim);
    server.awaitReplacement(0, victim);
    askEachWorker(5);

    Await.until("the new requests are added to the old", () -> requests(0) >= before + 5);
    Await.until("the restart is counted", () -> restarts(0) == restartsBefore + 1);
    assertThat(prometheus.sum("percore_worker_exits_total{worker=\"0\",status=\"137\"}"))
        .isEqualTo(1);
    assertThat(prometheus.sum("percore_worker_up")).isEqualTo(2);
    List<String> names = prometheus.labels("__name__", GROWING);
    assertThat(names).hasSizeGreaterThan(15);
    for (String name : names) {
      assertThat(prometheus.query("resets(" + name + "[1h]) > 0")).as(name).isEmpty();
    }
    assertThat(prometheus.scrapeError()).isEmpty();
    assertThat(prometheus.sum("min_over_time(up{job=\"percore\"}[1h])")).isEqualTo(1);
  }

  @Test
  void theMasterRehearsesScrapes(@TempDir Path ownFolder) throws Exception {
    try (PercoreServer rehearsing =
        PercoreServer.start(ownFolder, "workers=1", "admin.warm_up=2s", "log.level=debug")) {
      rehearsing.output().awaitLine("rehearsed [1-9][0-9]* scrapes in [0-9]+ ms");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "percore_http_requests_total{route=\"/calc\",method=\"GET\",status=\"200\"}",
        "percore_http_request_duration_seconds_bucket{route=\"/calc\",le=\"+Inf\"}",
        "percore_http_connections",
        "percore_compute_queued",
        "percore_compute_running",
        "percore_compute_queue_time_seconds_count{function=\"count\"}",
        "percore_compute_run_time_seconds_bucket{function=\"count\"}",
        "percore_event_loop_lag_seconds",
        "percore_io_queued",
        "jvm_memory_used_bytes{worker=\"master\"}",
        "jvm_memory_used_bytes{worker=\"0\",area=\"heap\"}",
        "jvm_gc_memory_allocated_bytes_total{worker=\"0\"}",
        "jvm_threads_live_threads{worker=\"1\"}",
        "percore_worker_restarts_total{worker=\"1\"}",
        "percore_build_info"
      })
  void theFiguresThatAnOperatorNeedsAreThere(String expression) throws Exception {
    Await.until(expression, () -> !prometheus.query(expression).isEmpty());
  }

  @Test
  void promtoolFindsNothingToComplainOf() throws Exception {
    HttpResponse<String> answer = server.getAdmin("/metrics");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");

    Distribution.Outcome checked = Prometheus.check(answer.body(), folder);

    assertThat(checked.out() + checked.err()).isEmpty();
    assertThat(checked.exitCode()).isZero();
  }

  @Test
  void openMetricsIsSpokenToThoseWhoAskForIt() throws Exception {
    HttpResponse<String> answer =
        server.getAdmin("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(answer.body()).endsWith("# EOF\n");
  }

  @Test
  void aStuckWorkerDoesNotHoldUpAScrape() throws Exception {
    long stuck = server.worker(1).pid();
    OsProcesses.stop(stuck);
    try {
      List<String> lines = server.getAdmin("/metrics").body().lines().toList();
      for (String slot : List.of("0", "1")) {
        assertThat(lines)
            .anyMatch(
                line ->
                    line.startsWith("percore_http_requests_total")
                        && line.contains("worker=\"" + slot + "\""));
      }
    } finally {
      OsProcesses.send("CONT", stuck);
    }
  }

  private double requests(int slot) throws Exception {
    return prometheus.sum(
        "percore_http_requests_total{route=\"/calc\",worker=\"%d\"}".formatted(slot));
  }

  private double restarts(int slot) throws Exception {
    return prometheus.sum("percore_worker_restarts_total{worker=\"%d\"}".formatted(slot));
  }

  private void askEachWorker(int times) throws Exception {
    for (int slot = 0; slot < PercoreServer.WORKERS; slot++) {
      try (RawConnection connection = server.connectTo(slot)) {
        for (int i = 0; i < times; i++) {
          assertThat(connection.get("/calc?n=1000").status()).isEqualTo(200);
        }
      }
    }
  }
}
