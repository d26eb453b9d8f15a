package dev.percore.protocol.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Micrometer's meters of one process, read as families: by the names, types and labels of
/// Micrometer's registry for Prometheus, but without that client's model, which checks each name
/// and label anew at each reading. Thread-safe.
///
/// It has the kinds of meters that Percore has: gauges, counters, timers and those that a function
/// tells.
public final class FamilyRegistry extends MeterRegistry {
  /// Length of each of the three windows for which the maximum of a timer is kept.
  private static final Duration MAXIMUM_WINDOW = Duration.ofMinutes(1);

  private final Map<String, Family> families = new ConcurrentSkipListMap<>();
  private final Map<String, Supplier<MetricFamily>> others = new ConcurrentSkipListMap<>();

  private record Family(MetricFamily.Type type, String help, List<Series> series) {
    MetricFamily read(String name) {
      List<Sample> samples = new ArrayList<>(series.size());
      for (Series one : series) {
        samples.add(one.reading.apply(one.labels));
      }
      return new MetricFamily(name, type, help, samples);
    }
  }

  private record Series(Meter.Id id, Labels labels, Function<Labels, Sample> reading) {}

  public FamilyRegistry() {
    super(Clock.SYSTEM);
    config().namingConvention(new FamilyNames()).onMeterRemoved(this::forget);
  }

  /// Adds a family that is made of no meters.
  ///
  /// @throws IllegalArgumentException if there is one of that name
  public void add(String name, Supplier<MetricFamily> other) {
    if (families.containsKey(name) || others.putIfAbsent(name, other) != null) {
      throw new IllegalArgumentException("there is a family " + name);
    }
  }

  /// What all meters and other families show now.
  public List<MetricFamily> read() {
    List<MetricFamily> all = new ArrayList<>(families.size() + others.size());
    families.forEach((name, family) -> all.add(family.read(name)));
    others.values().forEach(other -> all.add(other.get()));
    return all;
  }

  @Override
  protected <T> Gauge newGauge(Meter.Id id, @Nullable T object, ToDoubleFunction<T> value) {
    Gauge gauge = new DefaultGauge<>(id, object, value);
    if (id.getName().endsWith(".info")) {
      add(id, MetricFamily.Type.INFO, labels -> new Sample.Value(labels, 1));
    } else {
      add(id, MetricFamily.Type.GAUGE, labels -> new Sample.Value(labels, gauge.value()));
    }
    return gauge;
  }

  @Override
  protected Counter newCounter(Meter.Id id) {
    Counter counter = new CumulativeCounter(id);
    add(id, MetricFamily.Type.COUNTER, labels -> new Sample.Value(labels, counter.count()));
    return counter;
  }

  @Override
  protected <T> FunctionCounter newFunctionCounter(
      Meter.Id id, T object, ToDoubleFunction<T> count) {
    FunctionCounter counter = new CumulativeFunctionCounter<>(id, object, count);
    add(id, MetricFamily.Type.COUNTER, labels -> new Sample.Value(labels, counter.count()));
    return counter;
  }

  @Override
  protected <T> FunctionTimer newFunctionTimer(
      Meter.Id id,
      T object,
      ToLongFunction<T> count,
      ToDoubleFunction<T> totalTime,
      TimeUnit unitOfTotalTime) {
    FunctionTimer timer =
        new CumulativeFunctionTimer<>(
            id, object, count, totalTime, unitOfTotalTime, getBaseTimeUnit());
    add(
        id,
        MetricFamily.Type.SUMMARY,
        labels ->
            new Sample.Summary(labels, (long) timer.count(), timer.totalTime(TimeUnit.SECONDS)));
    return timer;
  }

  @Override
  protected Timer newTimer(
      Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
    FamilyTimer timer = new FamilyTimer(id, clock, config, pauseDetector, getBaseTimeUnit());
    List<Double> bounds = timer.upperBounds();
    String maximum = getConventionName(id) + "_max";
    requireNoOther(maximum, MetricFamily.Type.GAUGE); // before anything is added
    if (bounds.isEmpty()) {
      add(
          id,
          MetricFamily.Type.SUMMARY,
          labels -> new Sample.Summary(labels, timer.count(), timer.totalTime(TimeUnit.SECONDS)));
    } else {
      add(
          id,
          MetricFamily.Type.HISTOGRAM,
          labels ->
              new Sample.Histogram(
                  labels, bounds, timer.counts(), timer.totalTime(TimeUnit.SECONDS)));
    }
    add(
        maximum,
        id,
        MetricFamily.Type.GAUGE,
        labels -> new Sample.Value(labels, timer.max(TimeUnit.SECONDS)));
    return timer;
  }

  @Override
  protected DistributionSummary newDistributionSummary(
      Meter.Id id, DistributionStatisticConfig config, double scale) {
    throw unsupported(id);
  }

  @Override
  protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
    throw unsupported(id);
  }

  @Override
  protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
    throw unsupported(id);
  }

  private static UnsupportedOperationException unsupported(Meter.Id id) {
    return new UnsupportedOperationException(
        "the registry has no families for meters of the kind of '%s'".formatted(id.getName()));
  }

  @Override
  protected TimeUnit getBaseTimeUnit() {
    return TimeUnit.SECONDS;
  }

  @Override
  protected DistributionStatisticConfig defaultHistogramConfig() {
    return DistributionStatisticConfig.builder()
        .expiry(MAXIMUM_WINDOW)
        .build()
        .merge(DistributionStatisticConfig.DEFAULT);
  }

  private void add(Meter.Id id, MetricFamily.Type type, Function<Labels, Sample> reading) {
    add(getConventionName(id), id, type, reading);
  }

  private void add(
      String name, Meter.Id id, MetricFamily.Type type, Function<Labels, Sample> reading) {
    requireNoOther(name, type);
    String help = id.getDescription() == null ? "" : id.getDescription();
    Family family =
        families.computeIfAbsent(name, _ -> new Family(type, help, new CopyOnWriteArrayList<>()));
    family.series.add(new Series(id, labels(id), reading));
  }

  private void requireNoOther(String name, MetricFamily.Type type) {
    Family present = families.get(name);
    if (present != null && present.type != type) {
      throw new IllegalArgumentException(
          "%s has type %s already, so it cannot have %s".formatted(name, present.type, type));
    }
    if (others.containsKey(name)) {
      throw new IllegalArgumentException("there is a family " + name);
    }
  }

  private void forget(Meter meter) {
    families
        .values()
        .removeIf(
            family ->
                family.series.removeIf(series -> series.id.equals(meter.getId()))
                    && family.series.isEmpty());
  }

  private Labels labels(Meter.Id id) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Tag tag : getConventionTags(id)) {
      names.add(tag.getKey());
      values.add(tag.getValue());
    }
    return new Labels(names, values);
  }
}
