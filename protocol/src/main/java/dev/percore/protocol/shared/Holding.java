package dev.percore.protocol.shared;

/// What a process can hold for a client. A cell has a count of each.
public enum Holding {
  REQUEST(0),
  CONNECTION(16);

  /// The largest count.
  private static final long MASK = 0xffff;

  private final int shift;

  Holding(int shift) {
    this.shift = shift;
  }

  /// One of it, as a cell counts it.
  long one() {
    return 1L << shift;
  }

  /// How many of it a cell tells.
  int in(long cell) {
    return (int) ((cell >>> shift) & MASK);
  }

  /// Whether a cell can count no more of it.
  boolean isFull(long cell) {
    return in(cell) == MASK;
  }
}
