package dev.percore.worker.http.limit;

import dev.percore.protocol.shared.LimitTable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// The meters of the limits on clients.
final class LimitMetrics {
  private final Counter rate;
  private final Counter concurrent;
  private final Counter connections;

  LimitMetrics(MeterRegistry registry, LimitTable table, boolean dryRun) {
    String outcome = dryRun ? "dry_run" : "rejected";
    rate = limited(registry, "rate", outcome);
    concurrent = limited(registry, "concurrent", outcome);
    connections = limited(registry, "connections", outcome);
    Gauge.builder("percore.client.table.used", table, LimitTable::used)
        .description("Places of the table of clients that are or were in use; of all workers.")
        .strongReference(true)
        .register(registry);
    Gauge.builder("percore.client.table.capacity", table, LimitTable::capacity)
        .description("Places of the table of clients; of all workers.")
        .strongReference(true)
        .register(registry);
    FunctionCounter.builder("percore.client.table.forgotten", table, LimitTable::forgotten)
        .description("Clients forgotten while they were ahead of their rate: the table is small.")
        .register(registry);
    FunctionCounter.builder("percore.client.table.unheeded", table, LimitTable::unheeded)
        .description("Times that a client had no limits since the table had no place left.")
        .register(registry);
  }

  /// A request came too early.
  void rate() {
    rate.increment();
  }

  /// A request was one too many at a time.
  void concurrent() {
    concurrent.increment();
  }

  /// A connection was one too many.
  void connections() {
    connections.increment();
  }

  private static Counter limited(MeterRegistry registry, String limit, String outcome) {
    return Counter.builder("percore.client.limited")
        .description("Requests and connections over a limit on clients.")
        .tag("limit", limit)
        .tag("outcome", outcome)
        .register(registry);
  }
}
