package dev.percore.worker.compute;

import java.time.Duration;

/// A moment on the clock of [System#nanoTime].
///
/// @param atNanos reading of the clock at that moment
record TaskDeadline(long atNanos) {

  static TaskDeadline after(Duration timeout, long nowNanos) {
    return new TaskDeadline(nowNanos + timeout.toNanos());
  }

  boolean hasPassed(long nowNanos) {
    return remainingNanos(nowNanos) <= 0;
  }

  /// Negative when it has passed.
  long remainingNanos(long nowNanos) {
    return atNanos - nowNanos;
  }
}
