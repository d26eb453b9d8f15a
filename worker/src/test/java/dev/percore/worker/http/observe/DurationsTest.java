package dev.percore.worker.http.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.Sample;
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

    Sample.Histogram read = read();
    assertThat(bounds(read)).containsExactly(0.0005, 0.001, 0.025, 60.0, Double.POSITIVE_INFINITY);
    assertThat(read.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(6);
    assertThat(read.labels()).isEqualTo(new Labels(List.of("route"), List.of("a")));
  }

  @Test
  void theSumIsInSeconds() {
    route.record(TimeUnit.MILLISECONDS.toNanos(250));
    route.record(TimeUnit.MILLISECONDS.toNanos(1500));
    assertThat(read().sum()).isEqualTo(1.75);
  }

  @Test
  void aRouteIsThereFromItsFirstRequestOn() {
    assertThat(durations.read().samples()).isEmpty();
    durations.add("b").record(0);
    assertThat(durations.read().samples())
        .extracting(sample -> sample.labels().values().getFirst())
        .containsExactly("b");
  }

  private Sample.Histogram read() {
    return (Sample.Histogram) durations.read().samples().getFirst();
  }

  /// The upper bounds of buckets that are not empty.
  private static List<Double> bounds(Sample.Histogram read) {
    List<Double> bounds = new ArrayList<>();
    for (int i = 0; i < read.counts().size(); i++) {
      if (read.counts().get(i) > 0) {
        bounds.add(read.upperBounds().get(i));
      }
    }
    return bounds;
  }
}
