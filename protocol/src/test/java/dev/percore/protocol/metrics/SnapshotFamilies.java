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
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What Micrometer's registry for Prometheus shows, as families.
final class SnapshotFamilies {
  private SnapshotFamilies() {}

  static List<MetricFamily> of(MetricSnapshots snapshots) {
    return snapshots.stream().map(SnapshotFamilies::family).toList();
  }

  private static MetricFamily family(MetricSnapshot snapshot) {
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
              map(histogram.getDataPoints(), SnapshotFamilies::histogram));
      default ->
          throw new IllegalArgumentException(
              "unknown metric type " + snapshot.getClass().getName());
    };
  }

  private static MetricFamily family(
      MetricSnapshot snapshot, MetricFamily.Type type, List<Sample> samples) {
    MetricMetadata metadata = snapshot.getMetadata();
    // Micrometer has a blank where there is no description.
    String help = metadata.getHelp();
    return new MetricFamily(
        metadata.getPrometheusName(), type, help == null ? "" : help.strip(), samples);
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
    List<String> names = new ArrayList<>(source.size());
    List<String> values = new ArrayList<>(source.size());
    for (int i = 0; i < source.size(); i++) {
      names.add(source.getPrometheusName(i));
      values.add(source.getValue(i));
    }
    return new Labels(names, values);
  }
}
