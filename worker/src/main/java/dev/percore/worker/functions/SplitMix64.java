package dev.percore.worker.functions;

/// The generator SplitMix64 (Steele, Lea and Flood, 2014), written out so that seeded answers stay
/// the same on every platform and in every version.
///
/// The state starts as the seed. Each step adds 0x9e3779b97f4a7c15 to it and mixes the sum.
final class SplitMix64 {
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private long state;

  SplitMix64(long seed) {
    this.state = seed;
  }

  long nextLong() {
    state += STEP;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /// From 0 (included) to 1 (excluded): the upper 53 bits of the next number.
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }
}
