package dev.percore.worker.http.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DurationsTest {
  private final Durations durations = new Durations();
  private final Durations.OfRoute route = durations.add("a");

  @Test
  void aValueIsInTheBucketOfTheNextHigherBound() {
    route.record(TimeUnit.MICROSECONDS.toNanos(500));
    route.record(TimeUnit.MICROSECONDS.toNanos(500) + 1);
    route.record(TimeUnit.MILLISECONDS.toNanos(25));
    route.record(TimeUnit.SECONDS.toNanos(60));
    route.record(TimeUnit.SECONDS.toNanos(60) + 1);
    route.record(TimeUnit.DAYS.toNanos(10));

    HistogramDataPointSnapshot read = read();
    assertThat(bounds(read)).containsExactly(0.0005, 0.001, 0.025, 60.0, Double.POSITIVE_INFINITY);
    assertThat(read.getCount()).isEqualTo(6);
    assertThat(read.getLabels().get("route")).isEqualTo("a");
  }

  @Test
  void theSumIsInSeconds() {
    route.record(TimeUnit.MILLISECONDS.toNanos(250));
    route.record(TimeUnit.MILLISECONDS.toNanos(1500));
    assertThat(read().getSum()).isEqualTo(1.75);
  }

  @Test
  void aRouteIsThereFromItsFirstRequestOn() {
    assertThat(durations.collect().getDataPoints()).isEmpty();
    durations.add("b").record(0);
    assertThat(durations.collect().getDataPoints())
        .extracting(point -> point.getLabels().get("route"))
        .containsExactly("b");
  }

  private HistogramDataPointSnapshot read() {
    return durations.collect().getDataPoints().getFirst();
  }

  /// The upper bounds of buckets that are not empty.
  private static List<Double> bounds(HistogramDataPointSnapshot read) {
    List<Double> bounds = new ArrayList<>();
    for (int i = 0; i < read.getClassicBuckets().size(); i++) {
      if (read.getClassicBuckets().getCount(i) > 0) {
        bounds.add(read.getClassicBuckets().getUpperBound(i));
      }
    }
    return bounds;
  }
}
