package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/// The kernel's clock that is never set, by which other processes measure too; the origin of
/// [System#nanoTime] is not specified.
public final class MonotonicClock {
  private static final int CLOCK_MONOTONIC = 1;

  private MonotonicClock() {}

  /// Microseconds since the boot, without the time in suspension (CLOCK_MONOTONIC).
  ///
  /// @throws PosixException if the kernel has no such clock
  public static long micros() throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
      Libc.Result result = Libc.CLOCK_GETTIME.call(CLOCK_MONOTONIC, time);
      if (result.failed()) {
        throw new PosixException("clock_gettime", result.errno());
      }
      long seconds = time.getAtIndex(ValueLayout.JAVA_LONG, 0);
      long nanos = time.getAtIndex(ValueLayout.JAVA_LONG, 1);
      return TimeUnit.SECONDS.toMicros(seconds) + TimeUnit.NANOSECONDS.toMicros(nanos);
    }
  }
}
