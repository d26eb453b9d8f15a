package dev.percore.master.metrics;

import dev.percore.master.evidence.WorkerEnd;
import dev.percore.master.poison.PoisonWatch;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.protocol.metrics.MetricFamily;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.util.List;

/// The figures that only the master knows: which workers there are and how they ended. Its gauges
/// read the supervisor, so it is confined to the master's event loop.
public final class MasterMetrics {
  private final FamilyRegistry registry = new FamilyRegistry();

  public MasterMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
  }

  /// Registers which version this is.
  public void showVersion(String version) {
    Gauge.builder("percore.build.info", () -> 1)
        .description("The version that runs")
        .tag("version", version)
        .register(registry);
  }

  /// Registers what the supervisor can tell at any time.
  public void watch(Supervisor supervisor) {
    for (WorkerState state : WorkerState.values()) {
      if (state != WorkerState.EXITED) {
        Gauge.builder("percore.workers", supervisor, s -> count(s, state))
            .description("Worker processes by state")
            .tag("state", state.name().toLowerCase(java.util.Locale.ROOT))
            .register(registry);
      }
    }
  }

  /// Registers what is known of calls at which workers die.
  public void watch(PoisonWatch poison) {
    Gauge.builder("percore.poison.marked", poison, PoisonWatch::marked)
        .description("Calls that are refused, since workers have died at them")
        .register(registry);
    FunctionCounter.builder("percore.poison.deaths", poison, PoisonWatch::deaths)
        .description("Deaths of workers for which the call that they computed was blamed")
        .register(registry);
  }

  /// Registers what a new slot can tell at any time.
  public void add(Slot slot) {
    String label = Integer.toString(slot.number());
    FunctionCounter.builder("percore.worker.restarts", slot, Slot::restarts)
        .description("Workers started in this slot beyond the first")
        .tag("worker", label)
        .register(registry);
    Gauge.builder("percore.worker.up", slot, s -> s.isReady() ? 1 : 0)
        .description("Whether the slot has a worker that accepts connections")
        .tag("worker", label)
        .register(registry);
    Gauge.builder("percore.worker.wanted", slot, s -> s.isWanted() ? 1 : 0)
        .description("Whether the slot should have a worker")
        .tag("worker", label)
        .register(registry);
    Gauge.builder("percore.worker.crash.loop", slot, s -> s.isInCrashLoop() ? 1 : 0)
        .description("Whether the slot's workers die again and again shortly after their start")
        .tag("worker", label)
        .register(registry);
  }

  /// Where what happens to jobs is counted.
  public JobMetrics jobs() {
    return new JobMetrics(registry);
  }

  /// Counts a reload that is over.
  public void reloaded(String result) {
    Counter.builder("percore.reloads")
        .description("Reloads by their result")
        .tag("result", result)
        .register(registry)
        .increment();
  }

  /// Counts the end of a process.
  public void exited(WorkerEnd end) {
    Counter.builder("percore.worker.exits")
        .description("Ends of worker processes by exit status (128 + N is signal N) and cause")
        .tag("worker", Integer.toString(end.slot()))
        .tag("status", Integer.toString(end.exit().status()))
        .tag("verdict", end.verdict().label())
        .register(registry)
        .increment();
  }

  List<MetricFamily> families() {
    return registry.read();
  }

  private static double count(Supervisor supervisor, WorkerState state) {
    return supervisor.processes().stream().filter(worker -> worker.state() == state).count();
  }
}
