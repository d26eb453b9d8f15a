package dev.percore.worker.http.server;

/// A moment that may be set, on the clock of [System#nanoTime].
final class Deadline {
  private boolean set;
  private long nanos;

  void set(long nowNanos, long periodNanos) {
    set = true;
    nanos = nowNanos + periodNanos;
  }

  /// Brings it nearer, unless it is near enough.
  void shorten(long nowNanos, long periodNanos) {
    if (!set || nanos - nowNanos > periodNanos) {
      set(nowNanos, periodNanos);
    }
  }

  void clear() {
    set = false;
  }

  boolean isSet() {
    return set;
  }

  /// How long it is until then, if it is set.
  long leftNanos(long nowNanos) {
    return nanos - nowNanos;
  }

  boolean isPast(long nowNanos) {
    return set && nowNanos - nanos >= 0;
  }
}
