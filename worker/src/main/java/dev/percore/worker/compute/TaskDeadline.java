package dev.percore.worker.compute;

import java.time.Duration;

/// A moment on the clock of [System#nanoTime].
///
/// @param atNanos reading of the clock at that moment
public record TaskDeadline(long atNanos) {

  static TaskDeadline after(Duration timeout, long nowNanos) {
    return new TaskDeadline(nowNanos + timeout.toNanos());
  }

  /// Whether it is over at that reading of the clock.
  public boolean hasPassed(long nowNanos) {
    return remainingNanos(nowNanos) <= 0;
  }

  /// Negative when it has passed.
  public long remainingNanos(long nowNanos) {
    return atNanos - nowNanos;
  }

  /// Negative when it has passed.
  Duration remaining(long nowNanos) {
    return Duration.ofNanos(remainingNanos(nowNanos));
  }
}
