package dev.percore.master.reload;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// How some workers have answered since their start, in the two figures by which a canary is
/// judged.
///
/// @param requests requests answered
/// @param errors those answered with a status of 500 and above
/// @param p99 the 99th percentile of the response time, as exact as the histogram's buckets
record Conduct(long requests, long errors, Duration p99) {
  /// Fewer requests say nothing.
  static final long REQUESTS_MIN = 50;

  /// A rise of the response time that is too small to matter, whatever it is in percent.
  static final Duration RISE_MIN = Duration.ofMillis(10);

  private static final int SERVER_ERROR = 500;

  /// Adds up the figures of workers.
  static Conduct of(List<MetricFamily> figures) {
    long requests = 0;
    long errors = 0;
    var buckets = new TreeMap<Double, Long>();
    for (MetricFamily family : figures) {
      for (Sample sample : family.samples()) {
        switch (sample) {
          case Sample.Value(var labels, double value)
              when family.name().equals("percore_http_requests") -> {
            requests += (long) value;
            int at = labels.names().indexOf("status");
            errors += Integer.parseInt(labels.values().get(at)) >= SERVER_ERROR ? (long) value : 0;
          }
          case Sample.Histogram histogram
              when family.name().equals("percore_http_request_duration_seconds") -> {
            for (int i = 0; i < histogram.counts().size(); i++) {
              buckets.merge(histogram.upperBounds().get(i), histogram.counts().get(i), Long::sum);
            }
          }
          case Sample.Value _, Sample.Histogram _, Sample.Summary _ -> {}
        }
      }
    }
    return new Conduct(requests, errors, percentile(buckets, 0.99));
  }

  /// What is wrong with this conduct compared with another, if anything is.
  Optional<String> worseThan(Conduct other, ServerConfig.Reload limits) {
    if (requests < REQUESTS_MIN || other.requests < REQUESTS_MIN) {
      return Optional.empty();
    }
    double errorRise = 100.0 * errors / requests - 100.0 * other.errors / other.requests;
    if (errorRise > limits.errorRisePercent()) {
      return Optional.of(
          "%d of %d requests failed, before it were %d of %d"
              .formatted(errors, requests, other.errors, other.requests));
    }
    long allowedNanos = other.p99.toNanos() / 100 * (100 + limits.latencyRisePercent());
    boolean slower = p99.toNanos() > allowedNanos && p99.minus(other.p99).compareTo(RISE_MIN) > 0;
    return slower
        ? Optional.of(
            "the 99th percentile of the response time is %d ms, before it was %d ms"
                .formatted(p99.toMillis(), other.p99.toMillis()))
        : Optional.empty();
  }

  // Within a bucket the observations are taken to be spread evenly.
  private static Duration percentile(TreeMap<Double, Long> buckets, double share) {
    long total = buckets.values().stream().mapToLong(Long::longValue).sum();
    double rank = total * share;
    double lower = 0;
    long seen = 0;
    for (var bucket : buckets.entrySet()) {
      long count = bucket.getValue();
      if (count > 0 && seen + count >= rank) {
        double upper = Double.isInfinite(bucket.getKey()) ? lower : bucket.getKey();
        return seconds(lower + (upper - lower) * (rank - seen) / count);
      }
      seen += count;
      lower = bucket.getKey();
    }
    return seconds(lower);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
