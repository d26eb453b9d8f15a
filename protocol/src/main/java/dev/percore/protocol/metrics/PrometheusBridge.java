package dev.percore.protocol.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Between the Prometheus client's snapshots and [MetricFamily]. What Percore does not use of the
/// client's model (native histograms, exemplars, quantiles, state sets) is left out.
public final class PrometheusBridge {

  private PrometheusBridge() {}

  /// The families of a registry's snapshot.
  public static List<MetricFamily> families(MetricSnapshots snapshots) {
    return snapshots.stream().map(PrometheusBridge::family).flatMap(Optional::stream).toList();
  }

  /// Snapshots for one of the client's writers; names must be unique.
  public static MetricSnapshots snapshots(Collection<MetricFamily> families) {
    return new MetricSnapshots(families.stream().map(PrometheusBridge::snapshot).toList());
  }

  private static Optional<MetricFamily> family(MetricSnapshot snapshot) {
    return switch (snapshot) {
      case CounterSnapshot counter ->
          family(
              counter,
              MetricFamily.Type.COUNTER,
              map(counter.getDataPoints(), p -> new Sample.Value(labels(p), p.getValue())));
      case GaugeSnapshot gauge ->
          family(
              gauge,
              MetricFamily.Type.GAUGE,
              map(gauge.getDataPoints(), p -> new Sample.Value(labels(p), p.getValue())));
      case UnknownSnapshot unknown ->
          family(
              unknown,
              MetricFamily.Type.UNKNOWN,
              map(unknown.getDataPoints(), p -> new Sample.Value(labels(p), p.getValue())));
      case InfoSnapshot info ->
          family(
              info,
              MetricFamily.Type.INFO,
              map(info.getDataPoints(), p -> new Sample.Value(labels(p), 1)));
      case SummarySnapshot summary ->
          family(
              summary,
              MetricFamily.Type.SUMMARY,
              map(
                  summary.getDataPoints(),
                  p -> new Sample.Summary(labels(p), p.getCount(), p.getSum())));
      case HistogramSnapshot histogram ->
          family(
              histogram,
              MetricFamily.Type.HISTOGRAM,
              map(histogram.getDataPoints(), PrometheusBridge::histogram));
      case StateSetSnapshot _ -> Optional.empty();
      default ->
          throw new IllegalArgumentException(
              "unknown metric type " + snapshot.getClass().getName());
    };
  }

  private static Optional<MetricFamily> family(
      MetricSnapshot snapshot, MetricFamily.Type type, List<Sample> samples) {
    MetricMetadata metadata = snapshot.getMetadata();
    String help = metadata.getHelp();
    return Optional.of(
        new MetricFamily(metadata.getPrometheusName(), type, help == null ? "" : help, samples));
  }

  private static <P> List<Sample> map(List<P> points, Function<P, Sample> mapper) {
    return points.stream().map(mapper).toList();
  }

  private static Sample histogram(HistogramSnapshot.HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    List<Double> upperBounds = new ArrayList<>(buckets.size());
    List<Long> counts = new ArrayList<>(buckets.size());
    for (int i = 0; i < buckets.size(); i++) {
      upperBounds.add(buckets.getUpperBound(i));
      counts.add(buckets.getCount(i));
    }
    return new Sample.Histogram(labels(point), upperBounds, counts, point.getSum());
  }

  private static Labels labels(DataPointSnapshot point) {
    var source = point.getLabels();
    if (source.isEmpty()) {
      return Labels.NONE;
    }
    List<String> names = new ArrayList<>(source.size());
    List<String> values = new ArrayList<>(source.size());
    for (int i = 0; i < source.size(); i++) {
      names.add(source.getPrometheusName(i));
      values.add(source.getValue(i));
    }
    return new Labels(names, values);
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
      case UNKNOWN ->
          new UnknownSnapshot(
              metadata,
              values(
                  family,
                  v ->
                      new UnknownSnapshot.UnknownDataPointSnapshot(
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
