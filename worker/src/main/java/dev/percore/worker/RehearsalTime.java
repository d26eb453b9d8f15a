package dev.percore.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How long a rehearsal may take. It yields to everybody, so where the cores are busy a second by
/// the clock is little of one for it, and a worker that came in half warm would keep its first
/// clients waiting. So the limit counts twice: by the clock, and as processor time of the process;
/// it ends when both are over, or at three times the limit by the clock.
final class RehearsalTime {
  private static final int PATIENCE = 3;

  private final long limitNanos;
  private final LongSupplier clockNanos;
  private final LongSupplier cpuNanos;
  private final long begunNanos;
  private final long begunCpuNanos;

  private RehearsalTime(Duration limit, LongSupplier clockNanos, LongSupplier cpuNanos) {
    this.limitNanos = limit.toNanos();
    this.clockNanos = clockNanos;
    this.cpuNanos = cpuNanos;
    this.begunNanos = clockNanos.getAsLong();
    this.begunCpuNanos = cpuNanos.getAsLong();
  }

  /// Begins now.
  static RehearsalTime begin(Duration limit) {
    return begin(limit, System::nanoTime, RehearsalTime::processCpuNanos);
  }

  /// @param cpuNanos processor time of the process so far
  static RehearsalTime begin(Duration limit, LongSupplier clockNanos, LongSupplier cpuNanos) {
    return new RehearsalTime(limit, clockNanos, cpuNanos);
  }

  boolean isOver() {
    long elapsed = elapsedNanos();
    return elapsed >= PATIENCE * limitNanos
        || (elapsed >= limitNanos && cpuNanos.getAsLong() - begunCpuNanos >= limitNanos);
  }

  /// Until it is over for certain; 1 at least.
  long remainingNanos() {
    return Math.max(PATIENCE * limitNanos - elapsedNanos(), 1);
  }

  long elapsedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(elapsedNanos());
  }

  private long elapsedNanos() {
    return clockNanos.getAsLong() - begunNanos;
  }

  // To a hundredth of a second. Where it cannot be told the clock alone counts.
  private static long processCpuNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(Duration::toNanos)
        .orElseGet(System::nanoTime);
  }
}
