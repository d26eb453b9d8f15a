package dev.percore.protocol.metrics;

import java.util.List;

/// The state of one series.
public sealed interface Sample {

  Labels labels();

  /// A single number.
  record Value(Labels labels, double value) implements Sample {}

  /// Observations counted by bucket.
  ///
  /// @param upperBounds ascending, the last one is positive infinity
  /// @param counts observations in each bucket alone (not cumulative)
  /// @param sum of all observations
  record Histogram(Labels labels, List<Double> upperBounds, List<Long> counts, double sum)
      implements Sample {
    public Histogram {
      upperBounds = List.copyOf(upperBounds);
      counts = List.copyOf(counts);
      if (upperBounds.size() != counts.size()) {
        throw new IllegalArgumentException(
            upperBounds.size() + " bounds, but " + counts.size() + " counts");
      }
    }
  }

  /// Observations by count and sum.
  record Summary(Labels labels, long count, double sum) implements Sample {}
}
