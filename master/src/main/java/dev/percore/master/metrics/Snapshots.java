package dev.percore.master.metrics;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// Families as the Prometheus client's writers want them.
final class Snapshots {
  private Snapshots() {}

  /// Snapshots for one of the client's writers; names must be unique.
  static MetricSnapshots of(Collection<MetricFamily> families) {
    return new MetricSnapshots(families.stream().map(Snapshots::snapshot).toList());
  }

  private static MetricSnapshot snapshot(MetricFamily family) {
    var metadata = new MetricMetadata(family.name(), family.help());
    return switch (family.type()) {
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              values(
                  family,
                  v ->
                      new CounterSnapshot.CounterDataPointSnapshot(
                          v.value(), target(v.labels()), null, 0L)));
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              values(
                  family,
                  v ->
                      new GaugeSnapshot.GaugeDataPointSnapshot(
                          v.value(), target(v.labels()), null)));
      case INFO ->
          new InfoSnapshot(
              metadata,
              values(family, v -> new InfoSnapshot.InfoDataPointSnapshot(target(v.labels()))));
      case SUMMARY -> new SummarySnapshot(metadata, summaries(family));
      case HISTOGRAM -> new HistogramSnapshot(metadata, histograms(family));
    };
  }

  private static <P> List<P> values(MetricFamily family, Function<Sample.Value, P> mapper) {
    return family.samples().stream().map(Sample.Value.class::cast).map(mapper).toList();
  }

  private static List<SummarySnapshot.SummaryDataPointSnapshot> summaries(MetricFamily family) {
    return family.samples().stream()
        .map(Sample.Summary.class::cast)
        .map(
            s ->
                SummarySnapshot.SummaryDataPointSnapshot.builder()
                    .labels(target(s.labels()))
                    .count(s.count())
                    .sum(s.sum())
                    .build())
        .toList();
  }

  private static List<HistogramSnapshot.HistogramDataPointSnapshot> histograms(
      MetricFamily family) {
    return family.samples().stream()
        .map(Sample.Histogram.class::cast)
        .map(
            h ->
                HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(target(h.labels()))
                    .classicHistogramBuckets(
                        ClassicHistogramBuckets.of(h.upperBounds(), h.counts()))
                    .sum(h.sum())
                    .build())
        .toList();
  }

  private static io.prometheus.metrics.model.snapshots.Labels target(Labels labels) {
    return io.prometheus.metrics.model.snapshots.Labels.of(labels.names(), labels.values());
  }
}
