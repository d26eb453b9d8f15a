package dev.percore.worker.http.observe;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// The histogram of the time that requests take, by route. A timer of Micrometer costs each request
/// two readings of the clock, for windows of time that nobody looks at, and counts for many
/// writers. Read on any thread.
final class Durations implements Collector {
  private static final MetricMetadata METADATA =
      new MetricMetadata(
          "percore_http_request_duration_seconds",
          "Time from a request's last byte until its answer was handed over for sending.");

  /// The upper bounds, in seconds.
  private static final double[] BOUNDS = {
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    Double.POSITIVE_INFINITY
  };

  private static final double NANOS = 1e9;

  private final List<OfRoute> routes = new CopyOnWriteArrayList<>();

  /// The durations of one route's requests. Recording is for the event loop.
  static final class OfRoute {
    private static final long[] BOUNDS_NANOS = boundsNanos();

    private final Labels labels;
    private final Tally sumNanos = new Tally();
    private final Tally[] counts = new Tally[BOUNDS.length];

    private OfRoute(String route) {
      labels = Labels.of("route", route);
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new Tally();
      }
    }

    /// Records one request.
    void record(long nanos) {
      int bucket = 0; // where most are
      while (nanos > BOUNDS_NANOS[bucket]) {
        bucket++;
      }
      counts[bucket].add(1);
      sumNanos.add(nanos);
    }

    private HistogramDataPointSnapshot read() {
      long[] now = new long[counts.length];
      for (int i = 0; i < now.length; i++) {
        now[i] = counts[i].get();
      }
      return new HistogramDataPointSnapshot(
          ClassicHistogramBuckets.of(BOUNDS, now),
          sumNanos.get() / NANOS,
          labels,
          Exemplars.EMPTY,
          0);
    }

    private static long[] boundsNanos() {
      long[] nanos = new long[BOUNDS.length];
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] = Math.round(BOUNDS[i] * NANOS); // the longest duration there is for infinity
      }
      return nanos;
    }
  }

  /// Adds a route, once.
  OfRoute add(String route) {
    OfRoute added = new OfRoute(route);
    routes.add(added);
    return added;
  }

  @Override
  public MetricFamilyDescriptor getMetricFamilyDescriptor() {
    return MetricFamilyDescriptor.of(MetricType.HISTOGRAM, METADATA, Set.of("route"));
  }

  @Override
  public HistogramSnapshot collect() {
    // As with the counters of requests: the many routes that nobody asks would be most of an
    // answer.
    return new HistogramSnapshot(
        METADATA,
        routes.stream().map(OfRoute::read).filter(route -> route.getCount() > 0).toList());
  }
}
