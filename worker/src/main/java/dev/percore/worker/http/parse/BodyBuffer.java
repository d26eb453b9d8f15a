package dev.percore.worker.http.parse;

import java.util.Arrays;

/// Gathers a body. It grows with what has arrived, never with what was announced. For one thread.
final class BodyBuffer implements BodySink {
  private static final byte[] NONE = new byte[0];
  private static final int GROWTH_MIN = 4096;

  private final MemoryBudget budget;
  private byte[] bytes = NONE;
  private int size;
  private int wholeMax;

  BodyBuffer(MemoryBudget budget) {
    this.budget = budget;
  }

  int size() {
    return size;
  }

  /// Makes ready for a body.
  ///
  /// @param wholeMax how large it can become
  void begin(int wholeMax) {
    this.wholeMax = wholeMax;
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public void append(byte[] source, int from, int length) throws RequestRejectedException {
    if (bytes.length - size < length) {
      long roomy = Math.max(2L * bytes.length, Math.max(size + (long) length, GROWTH_MIN));
      resize((int) Math.min(roomy, wholeMax));
    }
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  /// The body, and makes ready for the next one. Its memory is now the taker's to give back.
  byte[] take() throws RequestRejectedException {
    if (bytes.length > size) {
      resize(size);
    }
    byte[] whole = bytes;
    bytes = NONE;
    size = 0;
    return whole;
  }

  /// Drops the body.
  void clear() {
    budget.give(bytes.length);
    bytes = NONE;
    size = 0;
  }

  // While it is copied there are two.
  private void resize(int capacity) throws RequestRejectedException {
    budget.take(capacity);
    int former = bytes.length;
    bytes = Arrays.copyOf(bytes, capacity);
    budget.give(former);
  }
}
