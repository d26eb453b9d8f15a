package dev.percore.master.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotMetricsTest {
  private static final Labels GET = new Labels(List.of("method"), List.of("GET"));
  private static final List<Double> BOUNDS = List.of(0.1, Double.POSITIVE_INFINITY);

  private final SlotMetrics slot = new SlotMetrics();

  @Test
  void carriesCountersOverToTheNextProcess() {
    slot.update(1, List.of(counter("requests", 10)));
    slot.update(1, List.of(counter("requests", 12)));
    slot.retire(1);
    assertThat(slot.families()).containsExactly(counter("requests", 12));
    slot.update(2, List.of(counter("requests", 3)));
    assertThat(slot.families()).containsExactly(counter("requests", 15));
    slot.retire(2);
    assertThat(slot.families()).containsExactly(counter("requests", 15));
  }

  @Test
  void carriesHistogramsAndSummariesOver() {
    slot.update(1, List.of(histogram(4, 2, 0.7), summary(5, 1.5)));
    slot.retire(1);
    slot.update(2, List.of(histogram(1, 1, 0.3), summary(1, 0.5)));
    assertThat(slot.families()).containsExactly(histogram(5, 3, 1.0), summary(6, 2.0));
  }

  @Test
  void takesAllOfItsOnlyProcess() {
    slot.update(1, List.of(counter("requests", 10), gauge(7), histogram(1, 1, 0.3)));
    assertThat(slot.families())
        .containsExactlyInAnyOrder(counter("requests", 10), gauge(7), histogram(1, 1, 0.3));
    slot.retire(1);
    slot.update(2, List.of(counter("requests", 1), gauge(2)));
    assertThat(slot.families())
        .containsExactlyInAnyOrder(counter("requests", 11), gauge(2), histogram(1, 1, 0.3));
  }

  @Test
  void takesGaugesFromTheYoungestProcessAlone() {
    slot.update(1, List.of(gauge(7)));
    slot.update(2, List.of(gauge(2)));
    assertThat(slot.families()).containsExactly(gauge(2));
    slot.retire(1);
    slot.retire(2);
    assertThat(slot.families()).isEmpty();
  }

  @Test
  void keepsSeriesApartByTheirLabels() {
    var other = new Labels(List.of("method"), List.of("POST"));
    slot.update(1, List.of(counter("requests", 10)));
    slot.retire(1);
    slot.update(
        2,
        List.of(
            new MetricFamily(
                "requests", MetricFamily.Type.COUNTER, "", List.of(new Sample.Value(other, 1)))));
    assertThat(slot.families().getFirst().samples())
        .containsExactly(new Sample.Value(GET, 10), new Sample.Value(other, 1));
  }

  @Test
  void writesOneTextWithALabelForEachWorker() {
    String text =
        new String(
            new Exposition()
                .add("0", List.of(counter("requests", 10), gauge(1)))
                .add("1", List.of(counter("requests", 20)))
                .page(null)
                .bytes(),
            java.nio.charset.StandardCharsets.UTF_8);
    assertThat(text)
        .contains("# TYPE requests_total counter")
        .contains("requests_total{method=\"GET\",worker=\"0\"} 10.0")
        .contains("requests_total{method=\"GET\",worker=\"1\"} 20.0")
        .contains("connections{method=\"GET\",worker=\"0\"} 1.0");
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE requests_total"))).hasSize(1);
  }

  @Test
  void writesOpenMetricsWhenAsked() {
    Exposition.Page page =
        new Exposition()
            .add("0", List.of(histogram(4, 2, 0.7)))
            .page("application/openmetrics-text; version=1.0.0");
    assertThat(page.contentType()).startsWith("application/openmetrics-text");
    assertThat(new String(page.bytes(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("latency_bucket{method=\"GET\",worker=\"0\",le=\"0.1\"} 4")
        .contains("latency_bucket{method=\"GET\",worker=\"0\",le=\"+Inf\"} 6")
        .endsWith("# EOF\n");
  }

  private static MetricFamily counter(String name, double value) {
    return new MetricFamily(
        name, MetricFamily.Type.COUNTER, "", List.of(new Sample.Value(GET, value)));
  }

  private static MetricFamily gauge(double value) {
    return new MetricFamily(
        "connections", MetricFamily.Type.GAUGE, "", List.of(new Sample.Value(GET, value)));
  }

  private static MetricFamily summary(long count, double sum) {
    return new MetricFamily(
        "size", MetricFamily.Type.SUMMARY, "", List.of(new Sample.Summary(GET, count, sum)));
  }

  private static MetricFamily histogram(long low, long high, double sum) {
    return new MetricFamily(
        "latency",
        MetricFamily.Type.HISTOGRAM,
        "",
        List.of(new Sample.Histogram(GET, BOUNDS, List.of(low, high), sum)));
  }
}
