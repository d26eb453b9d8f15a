package dev.percore.worker.control;

import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.metrics.FamilyRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker's registry of figures and their way to the master: on request, and unasked every few
/// seconds, so that little is forgotten when the worker is killed. The figures are read and encoded
/// on a thread of their own; only the last ones are encoded by the event loop.
public final class Telemetry implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Telemetry.class);
  private static final Duration UNASKED_INTERVAL = Duration.ofSeconds(2);
  private static final Duration LAST_REPORT = Duration.ofMillis(200);

  private final FamilyRegistry registry = new FamilyRegistry();
  private final MasterLink link;
  // A request that comes while it closes is discarded: the last figures are on their way anyway.
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().name("telemetry").daemon().factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  public Telemetry(MasterLink link) {
    this.link = link;
  }

  /// Where meters are registered.
  public FamilyRegistry registry() {
    return registry;
  }

  /// Starts to answer and to report.
  public void start() {
    thread.execute(this::watchJvm);
    link.onMetricsRequest(request -> thread.execute(() -> report(request)));
    var _ =
        thread.scheduleWithFixedDelay(
            () -> report(0),
            UNASKED_INTERVAL.toMillis(),
            UNASKED_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /// Runs something that no client should have to wait for, on the thread of the figures.
  public void aside(Runnable task) {
    thread.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | LinkageError defect) {
            log.error("what should be done beside all else is not done", defect);
          }
        });
  }

  // Here rather than before, since it takes tens of milliseconds, for which no client has to wait.
  private void watchJvm() {
    try {
      new JvmMemoryMetrics().bindTo(registry);
      new JvmThreadMetrics().bindTo(registry);
      new GcMetrics().bindTo(registry);
    } catch (RuntimeException defect) {
      log.error("there are no figures of the JVM", defect);
    }
  }

  /// Sends the last figures and ends.
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      // What it reads meanwhile must not come later than the last figures.
      if (!thread.awaitTermination(LAST_REPORT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("a report of figures takes long");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    link.sendAndFlush(figures(0));
  }

  // An exception would end the reports for good, without a word.
  private void report(long request) {
    try {
      link.sendLong(figures(request));
    } catch (RuntimeException | OutOfMemoryError defect) { // an Error: of Netty's memory
      log.error("the figures could not be read", defect);
    }
  }

  private Metrics figures(long request) {
    return new Metrics(request, registry.read());
  }
}
