package dev.percore.worker.http.observe;

import java.util.concurrent.atomic.AtomicLong;

/// A counter with one writer, the event loop, and readers on any thread: as cheap as a plain field.
final class Tally {
  private final AtomicLong value = new AtomicLong();

  /// Adds; only for the event loop.
  void add(long more) {
    value.setOpaque(value.getPlain() + more);
  }

  long get() {
    return value.getOpaque();
  }
}
