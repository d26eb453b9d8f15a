package dev.percore.worker.jmh;

import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.observe.RouteMetrics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What the metrics of a request take.
@State(Scope.Thread)
public class MetricsBenchmark {
  private static final long NANOS = 40_000;

  private final HttpMetrics metrics = new HttpMetrics(new FamilyRegistry());
  private final RouteMetrics route = metrics.route("/healthz");

  @Benchmark
  public void recordRequest() {
    metrics.received(100);
    metrics.sent(150);
    route.record("GET", 200, NANOS);
  }
}
