package dev.percore.master.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits for conditions, never for a time.
final class Await {
  /// Generous, since it is only ever used up by a failure.
  static final Duration LIMIT = Duration.ofSeconds(30);

  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private Await() {}

  /// Waits until the condition holds.
  ///
  /// @param what for the failure's message
  static void until(String what, Callable<Boolean> condition) throws Exception {
    var _ = until(what, condition, holds -> holds);
  }

  /// Looks at a value again and again until it is as wanted, and returns it.
  static <T> T until(String what, Callable<T> probe, Predicate<T> wanted) throws Exception {
    return within(LIMIT, what, probe, wanted);
  }

  /// The same with a limit that belongs to the promise.
  static <T> T within(Duration limit, String what, Callable<T> probe, Predicate<T> wanted)
      throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T value = probe.call();
      if (wanted.test(value)) {
        return value;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "%s: not within %d ms; at last: %s".formatted(what, limit.toMillis(), value));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
