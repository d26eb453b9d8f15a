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
      case SUMMARY ->
          new SummarySnapshot(metadata, points(family, Sample.Summary.class, Snapshots::summary));
      case HISTOGRAM ->
          new HistogramSnapshot(
              metadata, points(family, Sample.Histogram.class, Snapshots::histogram));
    };
  }

  private static <P> List<P> values(MetricFamily family, Function<Sample.Value, P> mapper) {
    return points(family, Sample.Value.class, mapper);
  }

  private static <S extends Sample, P> List<P> points(
      MetricFamily family, Class<S> kind, Function<S, P> mapper) {
    return family.samples().stream().map(kind::cast).map(mapper).toList();
  }

  private static SummarySnapshot.SummaryDataPointSnapshot summary(Sample.Summary sample) {
    return SummarySnapshot.SummaryDataPointSnapshot.builder()
        .labels(target(sample.labels()))
        .count(sample.count())
        .sum(sample.sum())
        .build();
  }

  private static HistogramSnapshot.HistogramDataPointSnapshot histogram(Sample.Histogram sample) {
    return HistogramSnapshot.HistogramDataPointSnapshot.builder()
        .labels(target(sample.labels()))
        .classicHistogramBuckets(ClassicHistogramBuckets.of(sample.upperBounds(), sample.counts()))
        .sum(sample.sum())
        .build();
  }

  private static io.prometheus.metrics.model.snapshots.Labels target(Labels labels) {
    return io.prometheus.metrics.model.snapshots.Labels.of(labels.names(), labels.values());
  }
}
