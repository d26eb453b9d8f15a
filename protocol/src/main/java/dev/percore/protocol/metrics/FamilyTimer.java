package dev.percore.protocol.metrics;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.NoopHistogram;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// A timer whose counts only grow, as Prometheus wants them; its maximum is that of the last
/// minutes. Thread-safe; what is read while others record may lack what is recorded then.
final class FamilyTimer extends AbstractTimer {
  private static final double NANOS_PER_SECOND = 1e9;

  /// Upper bounds of buckets, ascending, without the last one, which has none.
  private final long[] boundsNanos;

  private final AtomicLongArray counts;
  private final List<Double> upperBounds;
  private final AtomicLong totalNanos = new AtomicLong();
  private final TimeWindowMax max;

  FamilyTimer(
      Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauses, TimeUnit unit) {
    super(id, clock, pauses, unit, NoopHistogram.INSTANCE);
    this.boundsNanos = config.getHistogramBuckets(true).stream().mapToLong(Math::round).toArray();
    this.counts = new AtomicLongArray(boundsNanos.length + 1);
    this.upperBounds = upperBoundsInSeconds();
    this.max = new TimeWindowMax(clock, config);
  }

  @Override
  protected void recordNonNegative(long amount, TimeUnit unit) {
    long nanos = unit.toNanos(amount);
    int bucket = 0;
    while (bucket < boundsNanos.length && nanos > boundsNanos[bucket]) {
      bucket++;
    }
    counts.incrementAndGet(bucket);
    totalNanos.addAndGet(nanos);
    max.record((double) nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public long count() {
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    return all;
  }

  @Override
  public double totalTime(TimeUnit unit) {
    return totalNanos.get() / (double) unit.toNanos(1);
  }

  @Override
  public double max(TimeUnit unit) {
    return max.poll(unit);
  }

  /// The upper bounds of its buckets, in seconds, the last one infinite; empty if it has none.
  List<Double> upperBounds() {
    return upperBounds;
  }

  /// How often a time was recorded, bucket by bucket.
  List<Long> counts() {
    List<Long> inEach = new ArrayList<>(counts.length());
    for (int i = 0; i < counts.length(); i++) {
      inEach.add(counts.get(i));
    }
    return inEach;
  }

  private List<Double> upperBoundsInSeconds() {
    if (boundsNanos.length == 0) {
      return List.of();
    }
    List<Double> bounds = new ArrayList<>(counts.length());
    for (long nanos : boundsNanos) {
      bounds.add(nanos / NANOS_PER_SECOND);
    }
    bounds.add(Double.POSITIVE_INFINITY);
    return List.copyOf(bounds);
  }
}
