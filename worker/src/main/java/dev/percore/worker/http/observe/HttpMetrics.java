package dev.percore.worker.http.observe;

import io.micrometer.core.instrument.MeterRegistry;

/// The meters of the HTTP front.
public final class HttpMetrics {
  private final MeterRegistry registry;

  public HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  MeterRegistry registry() {
    return registry;
  }
}
