package dev.percore.worker.control;

import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.ToMaster;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Sends signs of life from the event loop, and measures how late the loop gets to what is due.
/// Apart from its construction it is confined to the event loop.
public final class Heartbeat {
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);

  private final EventLoop loop;
  private final Duration interval;
  private final Supplier<Load> load;
  private final Consumer<ToMaster> master;
  private long probeDueNanos;
  private long sinceHeartbeatNanos;
  private volatile long lastLagNanos;

  /// What the worker is busy with.
  public record Load(
      int connections,
      int inFlight,
      int queued,
      int running,
      long completed,
      Duration overdue,
      long requests) {}

  public Heartbeat(
      EventLoop loop, Duration interval, Supplier<Load> load, Consumer<ToMaster> master) {
    this.loop = loop;
    this.interval = interval;
    this.load = load;
    this.master = master;
  }

  /// Registers the lag's gauge and starts. It goes on until the event loop ends.
  public void start(MeterRegistry registry) {
    TimeGauge.builder("percore.event.loop.lag", this, TimeUnit.NANOSECONDS, h -> h.lastLagNanos)
        .description("Longest delay of the event loop in the last heartbeat interval")
        .register(registry);
    probeDueNanos = System.nanoTime() + PROBE_INTERVAL.toNanos();
    loop.scheduleAtFixedRate(
        this::probe, PROBE_INTERVAL.toNanos(), PROBE_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    loop.scheduleAtFixedRate(this::beat, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void probe() {
    long now = System.nanoTime();
    sinceHeartbeatNanos = Math.max(sinceHeartbeatNanos, now - probeDueNanos);
    probeDueNanos = now + PROBE_INTERVAL.toNanos();
  }

  private void beat() {
    // A probe that is overdue itself counts as well.
    long lag = Math.max(sinceHeartbeatNanos, System.nanoTime() - probeDueNanos);
    sinceHeartbeatNanos = 0;
    lastLagNanos = Math.max(lag, 0);
    Load now = load.get();
    master.accept(
        new ControlMessage.Heartbeat(
            Duration.ofNanos(lastLagNanos),
            now.connections(),
            now.inFlight(),
            now.queued(),
            now.running(),
            now.completed(),
            now.overdue(),
            now.requests()));
  }
}
