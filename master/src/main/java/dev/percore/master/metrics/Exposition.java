package dev.percore.master.metrics;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the figures of several processes into one text, told apart by the label `worker`.
public final class Exposition {
  private static final Logger log = LoggerFactory.getLogger(Exposition.class);
  private static final String WORKER_LABEL = "worker";

  private final Map<String, Merged> families = new LinkedHashMap<>();

  private record Merged(MetricFamily first, List<Sample> samples) {}

  /// A finished text.
  public record Page(String contentType, byte[] bytes) {}

  /// Adds the figures of one process; series that name a worker already keep that name.
  ///
  /// @param worker value of the label
  public Exposition add(String worker, List<MetricFamily> added) {
    for (MetricFamily family : added) {
      Merged merged =
          families.computeIfAbsent(family.name(), _ -> new Merged(family, new ArrayList<>()));
      if (merged.first().type() != family.type()) {
        log.warn("metric {} has different types in different workers", family.name());
        continue;
      }
      for (Sample sample : family.samples()) {
        merged.samples().add(labelled(sample, worker));
      }
    }
    return this;
  }

  /// Writes OpenMetrics if the client accepts it, else the Prometheus text format.
  ///
  /// @param accept the client's Accept header, or null
  public Page page(@Nullable String accept) {
    List<MetricFamily> all =
        families.entrySet().stream()
            .map(
                entry ->
                    new MetricFamily(
                        entry.getKey(),
                        entry.getValue().first().type(),
                        entry.getValue().first().help(),
                        entry.getValue().samples()))
            .toList();
    ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    ExpositionFormatWriter writer =
        openMetrics.accepts(accept) ? openMetrics : PrometheusTextFormatWriter.create();
    var out = new ByteArrayOutputStream(64 << 10);
    try {
      writer.write(out, Snapshots.of(all), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory does not fail to be written
    }
    return new Page(writer.getContentType(), out.toByteArray());
  }

  private static Sample labelled(Sample sample, String worker) {
    if (sample.labels().names().contains(WORKER_LABEL)) {
      return sample;
    }
    Labels labels = sample.labels().with(WORKER_LABEL, worker);
    return switch (sample) {
      case Sample.Value(_, double value) -> new Sample.Value(labels, value);
      case Sample.Summary(_, long count, double sum) -> new Sample.Summary(labels, count, sum);
      case Sample.Histogram(_, var bounds, var counts, double sum) ->
          new Sample.Histogram(labels, bounds, counts, sum);
    };
  }
}
