package dev.percore.protocol.posix;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Random numbers that nobody can guess, of the kernel (getrandom(2)). They are what
/// [java.security.SecureRandom] mixes its own from, which takes a start 10 ms to be ready.
/// Thread-safe.
public final class KernelRandom {
  /// So many come whole; only at the boot of a machine a signal may keep them from coming at all.
  private static final int LENGTH_MAX = 256;

  private KernelRandom() {}

  /// Any of all numbers.
  ///
  /// @throws UncheckedIOException if the kernel has none, which Linux knows no reason for
  public static long nextLong() {
    try (Arena arena = Arena.ofConfined()) {
      return random(arena, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// Some bytes.
  ///
  /// @param length 1 to 256
  /// @throws UncheckedIOException as above
  public static byte[] bytes(int length) {
    if (length < 1 || length > LENGTH_MAX) {
      throw new IllegalArgumentException("not 1 to " + LENGTH_MAX + " bytes: " + length);
    }
    try (Arena arena = Arena.ofConfined()) {
      return random(arena, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static MemorySegment random(Arena arena, int length) {
    MemorySegment bytes = arena.allocate(length, Long.BYTES);
    try {
      Libc.Result result;
      do {
        result = Libc.GETRANDOM.call(bytes, (long) length, 0);
      } while (result.failed() && result.errno() == Libc.EINTR);
      if (result.value() != length) {
        throw new PosixException("getrandom", result.errno());
      }
    } catch (PosixException refused) {
      throw new UncheckedIOException(refused);
    }
    return bytes;
  }
}
