package dev.percore.worker.http.parse;

import java.util.Arrays;

/// Gathers a body. It grows with what has arrived, never with what was announced. For one thread.
final class BodyBuffer {
  private static final byte[] NONE = new byte[0];
  private static final int GROWTH_MIN = 4096;

  private byte[] bytes = NONE;
  private int size;

  int size() {
    return size;
  }

  /// Adds a piece.
  ///
  /// @param wholeMax how large the whole body can become
  void append(byte[] source, int from, int length, int wholeMax) {
    if (bytes.length - size < length) {
      long roomy = Math.max(2L * bytes.length, Math.max(size + (long) length, GROWTH_MIN));
      bytes = Arrays.copyOf(bytes, (int) Math.min(roomy, wholeMax));
    }
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  /// The body, and makes ready for the next one.
  byte[] take() {
    byte[] whole = bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
    bytes = NONE;
    size = 0;
    return whole;
  }
}
