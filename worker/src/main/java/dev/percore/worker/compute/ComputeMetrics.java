package dev.percore.worker.compute;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The compute lane's figures for Prometheus. Thread-safe.
public final class ComputeMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  private static final double NANOS_PER_SECOND = 1e9;

  private final MeterRegistry registry;
  private final Map<String, FunctionMeters> byFunction = new ConcurrentHashMap<>();

  public ComputeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /// How a task ended.
  enum Outcome {
    /// It answered, be it that its arguments have no answer.
    OK,
    /// It threw.
    FAILED,
    /// It was not accepted.
    REFUSED,
    /// Its deadline passed.
    EXPIRED,
    /// Its client hung up, or the worker stopped.
    CANCELLED
  }

  private record FunctionMeters(
      Timer queueTime,
      Timer runTime,
      Counter cpuSeconds,
      Counter allocatedBytes,
      Counter slow,
      Map<Outcome, Counter> outcomes) {}

  void watch(ComputeLane lane) {
    Gauge.builder("percore.compute.queued", lane::queued)
        .description("Tasks that wait for the compute thread")
        .register(registry);
    Gauge.builder("percore.compute.running", lane::running)
        .description("Tasks on the compute thread, 0 or 1")
        .register(registry);
  }

  void ended(String function, Outcome outcome) {
    Counter counter = meters(function).outcomes.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void waited(String function, Duration queued) {
    meters(function).queueTime.record(queued);
  }

  void ran(String function, Duration run, TaskMeter.Spent spent) {
    FunctionMeters meters = meters(function);
    meters.runTime.record(run);
    meters.cpuSeconds.increment((double) spent.cpu().toNanos() / NANOS_PER_SECOND);
    meters.allocatedBytes.increment((double) spent.allocatedBytes());
  }

  void slow(String function) {
    meters(function).slow.increment();
  }

  private FunctionMeters meters(String function) {
    return byFunction.computeIfAbsent(function, this::register);
  }

  private FunctionMeters register(String function) {
    Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(
          outcome,
          Counter.builder("percore.compute.tasks")
              .description("Tasks offered to the compute lane, by how they ended")
              .tag("function", function)
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    return new FunctionMeters(
        timer("percore.compute.queue.time", "Time that tasks waited to be run", function),
        timer("percore.compute.run.time", "Time that tasks were on the compute thread", function),
        counter("percore.compute.cpu.seconds", "Processor time that tasks took", function),
        counter("percore.compute.allocated.bytes", "Heap memory that tasks allocated", function),
        counter("percore.compute.slow", "Tasks that ran for compute.slow_after", function),
        outcomes);
  }

  private Counter counter(String name, String description, String function) {
    return Counter.builder(name)
        .description(description)
        .tag("function", function)
        .register(registry);
  }

  private Timer timer(String name, String description, String function) {
    return Timer.builder(name)
        .description(description)
        .tag("function", function)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
