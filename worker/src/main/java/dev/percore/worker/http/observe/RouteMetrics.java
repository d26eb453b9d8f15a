package dev.percore.worker.http.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// The meters of one route. A counter is registered when its method and status first occur, and
/// found by index from then on. Recording is for the event loop.
public final class RouteMetrics {
  private static final String[] METHODS = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "other"
  };
  private static final int STATUS_MIN = 200;
  private static final int STATUS_MAX = 599;

  private final MeterRegistry registry;
  private final String label;
  private final Durations.OfRoute durations;
  private final @Nullable Tally[] counts =
      new Tally[METHODS.length * (STATUS_MAX - STATUS_MIN + 1)];

  RouteMetrics(MeterRegistry registry, Durations durations, String label) {
    this.registry = registry;
    this.label = label;
    this.durations = durations.add(label);
  }

  /// The route's label.
  public String label() {
    return label;
  }

  /// Records one answered request.
  public void record(String method, int status, long nanos) {
    int methodIndex = methodIndex(method);
    int index = methodIndex * (STATUS_MAX - STATUS_MIN + 1) + status - STATUS_MIN;
    Tally count = counts[index];
    if (count == null) {
      count = register(METHODS[methodIndex], status);
      counts[index] = count;
    }
    count.add(1);
    durations.record(nanos);
  }

  private Tally register(String method, int status) {
    Tally count = new Tally();
    FunctionCounter.builder("percore.http.requests", count, Tally::get)
        .description("Requests answered, by route, method and status; 499: the client hung up.")
        .tag("route", label)
        .tag("method", method)
        .tag("status", Integer.toString(status))
        .register(registry);
    return count;
  }

  private static int methodIndex(String method) {
    return switch (method) {
      case "GET" -> 0;
      case "HEAD" -> 1;
      case "POST" -> 2;
      case "PUT" -> 3;
      case "DELETE" -> 4;
      case "PATCH" -> 5;
      case "OPTIONS" -> 6;
      case "TRACE" -> 7;
      default -> 8;
    };
  }
}
