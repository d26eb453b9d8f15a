package dev.percore.protocol;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import java.util.List;

/// The part of the codec that knows metric families.
final class MetricsCodec {
  private MetricsCodec() {}

  static void encode(MetricFamily family, WireWriter wire) {
    wire.text(family.name()).text(family.type().name()).text(family.help());
    wire.list(family.samples(), MetricsCodec::encodeSample);
  }

  static MetricFamily decode(WireReader wire) throws ProtocolException {
    String name = wire.text();
    MetricFamily.Type type = typeNamed(wire.text());
    String help = wire.text();
    return new MetricFamily(name, type, help, wire.list(reader -> decodeSample(type, reader)));
  }

  private static MetricFamily.Type typeNamed(String name) throws ProtocolException {
    for (MetricFamily.Type type : MetricFamily.Type.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new ProtocolException("unknown metric type '" + name + "'");
  }

  private static void encodeSample(Sample sample, WireWriter wire) {
    wire.list(sample.labels().names(), (name, writer) -> writer.text(name));
    wire.list(sample.labels().values(), (value, writer) -> writer.text(value));
    switch (sample) {
      case Sample.Value(_, double value) -> wire.float64(value);
      case Sample.Summary(_, long count, double sum) -> wire.int64(count).float64(sum);
      case Sample.Histogram(_, var upperBounds, var counts, double sum) ->
          wire.list(upperBounds, (bound, writer) -> writer.float64(bound))
              .list(counts, (count, writer) -> writer.int64(count))
              .float64(sum);
    }
  }

  private static Sample decodeSample(MetricFamily.Type type, WireReader wire)
      throws ProtocolException {
    List<String> names = wire.list(WireReader::text);
    List<String> values = wire.list(WireReader::text);
    if (names.size() != values.size()) {
      throw new ProtocolException(
          names.size() + " label names, but " + values.size() + " label values");
    }
    var labels = new Labels(names, values);
    return switch (type) {
      case COUNTER, GAUGE, INFO -> new Sample.Value(labels, wire.float64());
      case SUMMARY -> new Sample.Summary(labels, wire.int64(), wire.float64());
      case HISTOGRAM -> decodeHistogram(labels, wire);
    };
  }

  private static Sample decodeHistogram(Labels labels, WireReader wire) throws ProtocolException {
    List<Double> upperBounds = wire.list(WireReader::float64);
    List<Long> counts = wire.list(WireReader::int64);
    if (upperBounds.size() != counts.size()) {
      throw new ProtocolException(
          upperBounds.size() + " histogram bounds, but " + counts.size() + " counts");
    }
    return new Sample.Histogram(labels, upperBounds, counts, wire.float64());
  }
}
