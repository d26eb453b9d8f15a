package dev.percore.protocol.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The families are those of Micrometer's own registry for Prometheus, by its word.
class FamilyRegistryTest {
  private final FamilyRegistry registry = new FamilyRegistry();
  private final PrometheusMeterRegistry reference =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "with.dots.and-dashes",
        "bytes",
        "sent.bytes",
        "cpu.seconds",
        "requests.total",
        "some.info",
        "some.info.total",
        "events.created",
        "a.bucket"
      })
  void namesAreTheSame(String name) {
    for (String unit : List.of("bytes", "threads", "")) {
      inBoth(
          meters -> {
            String of = (unit.isEmpty() ? "" : unit + ".") + name; // ends with its unit, or not
            Counter.builder("c." + of).baseUnit(unit.isEmpty() ? null : unit).register(meters);
            Gauge.builder("g." + of, () -> 7)
                .baseUnit(unit.isEmpty() ? null : unit)
                .register(meters);
            Timer.builder("t." + of).register(meters);
            FunctionTimer.builder("f." + of, meters, _ -> 3, _ -> 4, TimeUnit.MILLISECONDS)
                .register(meters);
          });
    }
    assertSame();
  }

  @Test
  void labelsAreTheSame() {
    inBoth(
        meters -> {
          for (String value : List.of("a", "with \"quotes\"", "zwölf", "")) {
            Counter.builder("c")
                .description("What it counts")
                .tag("z.last", value)
                .tag("a-first", "1")
                .register(meters)
                .increment(value.length());
          }
        });
    assertSame();
  }

  @Test
  void valuesAreTheSame() {
    inBoth(
        meters -> {
          Counter.builder("counted").register(meters).increment(2.5);
          FunctionCounter.builder("told", meters, _ -> 12).register(meters);
          Gauge.builder("gone", null, _ -> 1).register(meters);
          TimeGauge.builder("age", () -> 1500, TimeUnit.MILLISECONDS).register(meters);
          FunctionTimer.builder("paused", meters, _ -> 3, _ -> 4500, TimeUnit.MILLISECONDS)
              .description("Pauses")
              .register(meters);
        });
    assertSame();
  }

  @Test
  void timersAreTheSame() {
    inBoth(
        meters -> {
          Timer plain = Timer.builder("plain").description("No buckets").register(meters);
          Timer bounded =
              Timer.builder("bounded")
                  .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(25))
                  .register(meters);
          for (Duration time :
              List.of(
                  Duration.ZERO,
                  Duration.ofMillis(1),
                  Duration.ofMillis(1).plusNanos(1),
                  Duration.ofMillis(25),
                  Duration.ofSeconds(3))) {
            plain.record(time);
            bounded.record(time);
          }
        });
    assertSame();
  }

  @Test
  void aMeterOfTheSameNameAndTagsIsTheSame() {
    registry.counter("c", "k", "v").increment();
    registry.counter("c", "k", "v").increment();
    assertThat(registry.read())
        .singleElement()
        .extracting(family -> ((Sample.Value) family.samples().getFirst()).value())
        .isEqualTo(2.0);
  }

  @Test
  void whatIsRemovedIsNotReadAnyMore() {
    Counter stays = registry.counter("c", "k", "stays");
    Counter goes = registry.counter("c", "k", "goes");
    Timer timer = registry.timer("t");
    registry.remove(goes);
    registry.remove(timer);
    assertThat(registry.read())
        .singleElement()
        .satisfies(
            family ->
                assertThat(family.samples())
                    .extracting(sample -> sample.labels().values())
                    .containsExactly(List.of(stays.getId().getTag("k"))));
  }

  @Test
  void aFamilyThatIsNoMeterIsReadToo() {
    var family = new MetricFamily("f", MetricFamily.Type.GAUGE, "help", List.of());
    registry.add("f", () -> family);
    assertThat(registry.read()).containsExactly(family);
    assertThatThrownBy(() -> registry.add("f", () -> family))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> registry.counter("f")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameHasOneType() {
    registry.counter("same");
    assertThatThrownBy(() -> registry.gauge("same.info", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same has type COUNTER already, so it cannot have INFO");
    registry.counter("time.seconds.max");
    assertThatThrownBy(() -> registry.timer("time")).isInstanceOf(IllegalArgumentException.class);
    assertThat(registry.read())
        .extracting(MetricFamily::name)
        .containsExactly("same", "time_seconds_max");
  }

  @Test
  void aKindThatItHasNoFamiliesForIsRefused() {
    assertThatThrownBy(() -> DistributionSummary.builder("sizes").register(registry))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("'sizes'");
  }

  private void inBoth(Consumer<MeterRegistry> registration) {
    registration.accept(registry);
    registration.accept(reference);
  }

  private void assertSame() {
    List<MetricFamily> expected = SnapshotFamilies.of(reference.getPrometheusRegistry().scrape());
    assertThat(expected).isNotEmpty();
    assertThat(byName(registry.read())).isEqualTo(byName(expected));
  }

  // The order of series is the writer's business.
  private static Map<String, MetricFamily> byName(List<MetricFamily> families) {
    UnaryOperator<MetricFamily> sorted =
        family ->
            new MetricFamily(
                family.name(),
                family.type(),
                family.help(),
                family.samples().stream()
                    .sorted(Comparator.comparing(sample -> sample.labels().toString()))
                    .toList());
    return families.stream().collect(Collectors.toMap(MetricFamily::name, sorted));
  }
}
