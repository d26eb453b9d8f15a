package dev.percore.worker.handoff;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/// The hand-off's figures for Prometheus. Thread-safe.
final class HandOffMetrics {
  private final Counter given;
  private final Counter taken;
  private final Counter returned;
  private final Counter declined;

  HandOffMetrics(MeterRegistry registry, IntSupplier away) {
    this.given = tasks(registry, "given");
    this.taken = tasks(registry, "taken");
    this.returned =
        Counter.builder("percore.handoff.returned")
            .description(
                "Tasks that came back: the other worker died, was about to end, or had its own by"
                    + " then")
            .register(registry);
    this.declined =
        Counter.builder("percore.handoff.declined")
            .description("Times that an idle worker asked for a task and there was none")
            .register(registry);
    Gauge.builder("percore.handoff.away", away::getAsInt)
        .description("Tasks that are with other workers")
        .register(registry);
  }

  private static Counter tasks(MeterRegistry registry, String direction) {
    return Counter.builder("percore.handoff.tasks")
        .description("Tasks that moved between workers, by direction")
        .tag("direction", direction)
        .register(registry);
  }

  void given() {
    given.increment();
  }

  void taken() {
    taken.increment();
  }

  void returned() {
    returned.increment();
  }

  void declined() {
    declined.increment();
  }
}
