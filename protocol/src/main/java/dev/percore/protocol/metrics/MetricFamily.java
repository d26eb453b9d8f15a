package dev.percore.protocol.metrics;

import java.util.List;

/// All series of one name.
///
/// @param name without a suffix such as `_total` or `_bucket`
/// @param help text for humans, may be empty
public record MetricFamily(String name, Type type, String help, List<Sample> samples) {

  public MetricFamily {
    samples = List.copyOf(samples);
  }

  /// How the values of a family behave; decides which kind of [Sample] it has.
  public enum Type {
    /// Only grows; samples are [Sample.Value].
    COUNTER,
    /// Goes up and down; samples are [Sample.Value].
    GAUGE,
    /// Facts in labels; samples are [Sample.Value] of 1.
    INFO,
    /// Counts by bucket; samples are [Sample.Histogram].
    HISTOGRAM,
    /// Count and sum; samples are [Sample.Summary].
    SUMMARY
  }
}
