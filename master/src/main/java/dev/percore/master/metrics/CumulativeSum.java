package dev.percore.master.metrics;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adds up the figures that only grow (counters, summaries, histograms) over several processes,
/// and leaves out all others. Not thread-safe.
final class CumulativeSum {
  private final Map<String, Family> families = new LinkedHashMap<>();

  private record Family(MetricFamily.Type type, String help, Map<Labels, Sample> samples) {}

  static boolean isCumulative(MetricFamily family) {
    return switch (family.type()) {
      case COUNTER, HISTOGRAM, SUMMARY -> true;
      case GAUGE, INFO -> false;
    };
  }

  CumulativeSum add(List<MetricFamily> added) {
    for (MetricFamily family : added) {
      if (isCumulative(family)) {
        Family sum =
            families.computeIfAbsent(
                family.name(),
                _ -> new Family(family.type(), family.help(), new LinkedHashMap<>()));
        for (Sample sample : family.samples()) {
          sum.samples().merge(sample.labels(), sample, CumulativeSum::plus);
        }
      }
    }
    return this;
  }

  List<MetricFamily> families() {
    return families.entrySet().stream()
        .map(
            entry ->
                new MetricFamily(
                    entry.getKey(),
                    entry.getValue().type(),
                    entry.getValue().help(),
                    List.copyOf(entry.getValue().samples().values())))
        .toList();
  }

  private static Sample plus(Sample left, Sample right) {
    return switch (left) {
      case Sample.Value(Labels labels, double value) when right instanceof Sample.Value other ->
          new Sample.Value(labels, value + other.value());
      case Sample.Summary(Labels labels, long count, double sum)
          when right instanceof Sample.Summary other ->
          new Sample.Summary(labels, count + other.count(), sum + other.sum());
      case Sample.Histogram one when right instanceof Sample.Histogram other -> plus(one, other);
      // The same name with another type or other buckets: a different build, so the newer counts.
      case Sample.Value _, Sample.Summary _, Sample.Histogram _ -> right;
    };
  }

  private static Sample plus(Sample.Histogram left, Sample.Histogram right) {
    if (!left.upperBounds().equals(right.upperBounds())) {
      return right;
    }
    List<Long> counts = new ArrayList<>(left.counts().size());
    for (int i = 0; i < left.counts().size(); i++) {
      counts.add(left.counts().get(i) + right.counts().get(i));
    }
    return new Sample.Histogram(
        left.labels(), left.upperBounds(), counts, left.sum() + right.sum());
  }
}
