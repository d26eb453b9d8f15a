package dev.percore.worker.http.observe;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The histogram of the time that requests take, by route. A timer of Micrometer costs each request
/// two readings of the clock, for windows of time that nobody looks at, and counts for many
/// writers. Read on any thread.
final class Durations {
  static final String NAME = "percore_http_request_duration_seconds";
  private static final String HELP =
      "Time from a request's last byte until its answer was handed over for sending.";

  /// The upper bounds, in seconds.
  private static final List<Double> BOUNDS =
      List.of(
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
          1.0,
          2.5,
          5.0,
          10.0,
          30.0,
          60.0,
          Double.POSITIVE_INFINITY);

  private static final double NANOS = 1e9;

  private final List<OfRoute> routes = new CopyOnWriteArrayList<>();

  /// The durations of one route's requests. Recording is for the event loop.
  static final class OfRoute {
    private static final long[] BOUNDS_NANOS = boundsNanos();

    private final Labels labels;
    private final Tally sumNanos = new Tally();
    private final Tally[] counts = new Tally[BOUNDS.size()];

    private OfRoute(String route) {
      labels = new Labels(List.of("route"), List.of(route));
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

    // As with the counters of requests: the many routes that nobody asks would be most of an
    // answer.
    private boolean isUsed() {
      for (Tally count : counts) {
        if (count.get() > 0) {
          return true;
        }
      }
      return false;
    }

    private Sample read() {
      List<Long> now = new ArrayList<>(counts.length);
      for (Tally count : counts) {
        now.add(count.get());
      }
      return new Sample.Histogram(labels, BOUNDS, now, sumNanos.get() / NANOS);
    }

    private static long[] boundsNanos() {
      long[] nanos = new long[BOUNDS.size()];
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] = Math.round(BOUNDS.get(i) * NANOS); // the longest duration there is for infinity
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

  /// The histograms of all routes that were asked.
  MetricFamily read() {
    List<Sample> samples = new ArrayList<>();
    for (OfRoute route : routes) {
      if (route.isUsed()) {
        samples.add(route.read());
      }
    }
    return new MetricFamily(NAME, MetricFamily.Type.HISTOGRAM, HELP, samples);
  }
}
