package dev.percore.worker.control;

import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.metrics.PrometheusBridge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The worker's registry of figures and their way to the master: on request, and unasked every few
/// seconds, so that little is forgotten when the worker is killed. The figures are read and encoded
/// on a thread of their own, never on the event loop.
public final class Telemetry implements AutoCloseable {
  private static final Duration UNASKED_INTERVAL = Duration.ofSeconds(2);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
  private final MasterLink link;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("telemetry").daemon().factory());

  public Telemetry(MasterLink link) {
    this.link = link;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gcMetrics.bindTo(registry);
  }

  /// Where meters are registered.
  public MeterRegistry registry() {
    return registry;
  }

  /// Starts to answer and to report.
  public void start() {
    link.onMetricsRequest(request -> thread.execute(() -> link.send(figures(request))));
    var _ =
        thread.scheduleWithFixedDelay(
            () -> link.send(figures(0)),
            UNASKED_INTERVAL.toMillis(),
            UNASKED_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /// Sends the last figures and ends.
  @Override
  public void close() {
    thread.shutdownNow();
    link.sendAndFlush(figures(0));
    gcMetrics.close();
  }

  private Metrics figures(long request) {
    return new Metrics(
        request, PrometheusBridge.families(registry.getPrometheusRegistry().scrape()));
  }
}
