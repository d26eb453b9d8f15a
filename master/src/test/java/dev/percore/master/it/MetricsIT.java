package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Figures of all workers at once, read by a real Prometheus.
final class MetricsIT {
  // All series that may only grow, whatever their names.
  private static final String GROWING = "{job=\"percore\",__name__=~\".+_(total|count|bucket)\"}";

  @TempDir private Path folder;

  @BeforeAll
  static void requirePrometheus() {
    Prometheus.require();
  }

  @Test
  void countersOfASlotOutliveItsWorker() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder);
        Prometheus prometheus = Prometheus.start(folder, server.admin())) {
      askEachWorker(server, 20);
      Await.until(
          "both workers' requests are counted",
          () -> requests(prometheus, 0) >= 20 && requests(prometheus, 1) >= 20);
      assertThat(prometheus.labels("worker", "{job=\"percore\",__name__=~\"percore_.+|jvm_.+\"}"))
          .containsExactly("0", "1", "master");
      double before = requests(prometheus, 0);
      long victim = server.worker(0).pid();

      OsProcesses.send("KILL", victim);
      server.awaitReplacement(0, victim);
      askEachWorker(server, 5);

      Await.until(
          "the new requests are added to the old", () -> requests(prometheus, 0) >= before + 5);
      Await.until(
          "the restart is counted",
          () -> prometheus.sum("percore_worker_restarts_total{worker=\"0\"}") == 1);
      assertThat(prometheus.sum("percore_worker_exits_total{worker=\"0\",status=\"137\"}"))
          .isEqualTo(1);
      assertThat(prometheus.sum("percore_worker_up")).isEqualTo(2);
      assertThat(prometheus.query("resets(" + GROWING + "[10m]) > 0")).isEmpty();
      assertThat(prometheus.query("count(" + GROWING + ") > 50")).isNotEmpty();
      assertThat(prometheus.scrapeError()).isEmpty();
      assertThat(prometheus.sum("min_over_time(up{job=\"percore\"}[10m])")).isEqualTo(1);
    }
  }

  @Test
  void theFiguresAreThoseThatAnOperatorNeeds() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder);
        Prometheus prometheus = Prometheus.start(folder, server.admin())) {
      askEachWorker(server, 3);
      assertThat(server.get("/none").status()).isEqualTo(404);
      Await.until("requests are counted", () -> requests(prometheus, 1) >= 3);
      for (String expression :
          new String[] {
            "percore_http_requests_total{route=\"/calc\",method=\"GET\",status=\"200\"}",
            "percore_http_requests_total{route=\"none\",status=\"404\"}",
            "percore_http_request_duration_seconds_bucket{route=\"/calc\",le=\"+Inf\"}",
            "percore_compute_queued",
            "percore_compute_running",
            "percore_compute_queue_time_seconds_count{function=\"count\"}",
            "percore_compute_run_time_seconds_bucket{function=\"count\"}",
            "percore_http_connections",
            "percore_event_loop_lag_seconds",
            "jvm_memory_used_bytes{worker=\"master\"}",
            "jvm_memory_used_bytes{worker=\"0\",area=\"heap\"}",
            "jvm_gc_pause_seconds_count or jvm_gc_memory_allocated_bytes_total",
            "jvm_threads_live_threads{worker=\"1\"}",
            "percore_worker_restarts_total{worker=\"1\"}",
            "percore_build_info"
          }) {
        assertThat(prometheus.query(expression)).as(expression).isNotEmpty();
      }
    }
  }

  @Test
  void promtoolFindsNothingToComplainOf() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      askEachWorker(server, 3);
      HttpResponse<String> answer = server.getAdmin("/metrics");
      assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain; version=0.0.4");

      Distribution.Outcome checked = Prometheus.check(answer.body(), folder);

      assertThat(checked.out() + checked.err()).isEmpty();
      assertThat(checked.exitCode()).isZero();
    }
  }

  @Test
  void openMetricsIsSpokenToThoseWhoAskForIt() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      HttpResponse<String> answer =
          server.getAdmin("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
      assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("application/openmetrics-text; version=1.0.0");
      assertThat(answer.body()).endsWith("# EOF\n");
    }
  }

  @Test
  void aStuckWorkerDoesNotHoldUpAScrape() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "admin.scrape_timeout=100ms")) {
      askEachWorker(server, 3);
      double before = countedIn(server.getAdmin("/metrics").body(), 0);
      long stuck = server.worker(0).pid();
      OsProcesses.send("STOP", stuck);
      try {
        assertThat(countedIn(server.getAdmin("/metrics").body(), 0)).isEqualTo(before);
      } finally {
        OsProcesses.send("CONT", stuck);
      }
    }
  }

  private static double requests(Prometheus prometheus, int slot) throws Exception {
    return prometheus.sum(
        "percore_http_requests_total{route=\"/calc\",worker=\"%d\"}".formatted(slot));
  }

  private static double countedIn(String exposition, int slot) {
    return Pattern.compile(
            "^percore_http_requests_total\\{.*worker=\"" + slot + "\".*} (\\S+)$",
            Pattern.MULTILINE)
        .matcher(exposition)
        .results()
        .map(MatchResult::group)
        .map(line -> line.substring(line.lastIndexOf(' ')))
        .mapToDouble(Double::parseDouble)
        .sum();
  }

  private static void askEachWorker(PercoreServer server, int times) throws Exception {
    for (int slot = 0; slot < PercoreServer.WORKERS; slot++) {
      try (RawConnection connection = server.connectTo(slot)) {
        for (int i = 0; i < times; i++) {
          assertThat(connection.get("/calc?n=1000").status()).isEqualTo(200);
        }
      }
    }
  }
}
