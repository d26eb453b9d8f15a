package dev.percore.worker.io;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// The figures of the I/O pool: tasks that run and wait, and for each handler the calls refused,
/// the time that calls waited and the time that they took.
public final class IoMetrics {
  private final MeterRegistry registry;

  public IoMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /// Shows the pool's load from now on.
  public void watch(IoPool pool) {
    Gauge.builder("percore.io.active", pool, IoPool::active)
        .description("Blocking handlers that run now")
        .strongReference(true)
        .register(registry);
    Gauge.builder("percore.io.queued", pool, IoPool::queued)
        .description("Requests that wait for a thread of the I/O pool")
        .strongReference(true)
        .register(registry);
  }

  /// The meters of one handler, made once so that a call needs no look-up.
  HandlerMeters of(String handler) {
    return new HandlerMeters(
        Counter.builder("percore.io.refused")
            .description("Requests refused because the I/O pool was full or stopping")
            .tag("handler", handler)
            .register(registry),
        Timer.builder("percore.io.queue.time")
            .description("Time that requests waited for a thread of the I/O pool")
            .tag("handler", handler)
            .register(registry),
        Timer.builder("percore.io.run.time")
            .description("Time that blocking handlers took")
            .tag("handler", handler)
            .register(registry));
  }

  record HandlerMeters(Counter refused, Timer queueTime, Timer runTime) {}
}
