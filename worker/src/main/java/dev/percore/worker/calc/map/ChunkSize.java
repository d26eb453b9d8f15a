package dev.percore.worker.calc.map;

/// How many elements make a chunk: as many as were asked for, or as many as are expected to take
/// [#AIM_MICROS] by what those before took. Small chunks let others have their turn and spread
/// evenly; large ones cost less for each element. Not thread-safe.
final class ChunkSize {
  static final int MAX = 10_000;
  private static final long AIM_MICROS = 10_000;

  // One lucky chunk says little about those that follow.
  private static final int GROWTH_MAX = 4;

  private final boolean automatic;
  private int size;

  /// @param wanted elements of each chunk, or 0 to find it out
  ChunkSize(int wanted) {
    automatic = wanted == 0;
    size = Math.max(1, wanted);
  }

  int get() {
    return size;
  }

  /// Some elements have taken so long.
  void learn(int elements, long micros) {
    if (automatic && elements > 0) {
      long fitting = AIM_MICROS * elements / Math.max(1, micros);
      size = (int) Math.clamp(fitting, 1, Math.min(MAX, (long) GROWTH_MAX * size));
    }
  }
}
