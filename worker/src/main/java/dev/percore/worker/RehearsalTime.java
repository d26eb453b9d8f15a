package dev.percore.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How long a rehearsal may take. It yields to everybody, so where the cores are busy a second by
/// the clock is little of one for it, and a worker that came in half warm would keep its first
/// clients waiting. So the limit counts twice: by the clock, and as processor time of the process;
/// it ends when both are over, or by the clock at three times the limit, or where it would be
/// killed for not being ready.
final class RehearsalTime {
  private static final int PATIENCE = 3;

  private final long limitNanos;
  private final long longestNanos;
  private final LongSupplier clockNanos;
  private final LongSupplier cpuNanos;
  private final long begunNanos;
  private final long begunCpuNanos;

  private RehearsalTime(
      Duration limit, Duration longest, LongSupplier clockNanos, LongSupplier cpuNanos) {
    this.limitNanos = limit.toNanos();
    this.longestNanos = Math.max(limitNanos, Math.min(PATIENCE * limitNanos, longest.toNanos()));
    this.clockNanos = clockNanos;
    this.cpuNanos = cpuNanos;
    this.begunNanos = clockNanos.getAsLong();
    this.begunCpuNanos = cpuNanos.getAsLong();
  }

  /// Begins now.
  ///
  /// @param longest the end by the clock, if it comes before three times the limit; not below that
  static RehearsalTime begin(Duration limit, Duration longest) {
    return begin(limit, longest, System::nanoTime, RehearsalTime::processCpuNanos);
  }

  /// @param cpuNanos processor time of the process so far
  static RehearsalTime begin(
      Duration limit, Duration longest, LongSupplier clockNanos, LongSupplier cpuNanos) {
    return new RehearsalTime(limit, longest, clockNanos, cpuNanos);
  }

  boolean isOver() {
    long elapsed = elapsedNanos();
    return elapsed >= longestNanos
        || (elapsed >= limitNanos && cpuNanos.getAsLong() - begunCpuNanos >= limitNanos);
  }

  /// Until it is over for certain; 1 at least.
  long remainingNanos() {
    return Math.max(longestNanos - elapsedNanos(), 1);
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
