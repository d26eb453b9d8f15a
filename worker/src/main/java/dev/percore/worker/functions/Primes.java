package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Counts the primes up to n with a segmented sieve of Eratosthenes over the odd numbers.
public final class Primes implements ComputeFunction {
  private static final long N_MAXIMUM = 20_000_000_000L;
  // Odd numbers in a segment: one byte each, so that a segment stays in the core's own cache.
  private static final int SEGMENT = 1 << 17;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "primes",
        "The number of primes up to n.",
        List.of(new Parameter.Whole("n", "upper bound, included", 0, N_MAXIMUM, 1_000_000L)),
        Map.of("n", 1_000_000),
        arguments -> arguments.whole("n"),
        N_MAXIMUM,
        "numbers sieved");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    return ComputeResult.json(count(arguments.whole("n"), context));
  }

  private static long count(long n, ComputeContext context) {
    if (n < 2) {
      return 0;
    }
    int[] primes = oddPrimes((int) Math.sqrt((double) n));
    // Index i stands for the odd number 2i + 1; a prime crosses out from its square on.
    long[] next = new long[primes.length];
    for (int i = 0; i < primes.length; i++) {
      next[i] = ((long) primes[i] * primes[i] - 1) / 2;
    }
    long odds = (n + 1) / 2;
    byte[] composite = new byte[SEGMENT];
    // One is not prime, two is.
    long count = 0;
    for (long start = 0; start < odds; start += SEGMENT) {
      context.checkCancelled();
      int length = (int) Math.min(SEGMENT, odds - start);
      Arrays.fill(composite, (byte) 0);
      crossOut(primes, next, composite, start, length);
      count += length - sum(composite, length);
    }
    return count;
  }

  private static void crossOut(
      int[] primes, long[] next, byte[] composite, long start, int length) {
    long last = 2 * (start + length) - 1;
    for (int i = 0; i < primes.length && (long) primes[i] * primes[i] <= last; i++) {
      int step = primes[i];
      int at = (int) (next[i] - start);
      for (; at < length; at += step) {
        composite[at] = 1;
      }
      next[i] = start + at;
    }
  }

  private static int sum(byte[] values, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static int[] oddPrimes(int maximum) {
    boolean[] composite = new boolean[maximum + 1];
    int[] primes = new int[maximum / 2 + 1];
    int size = 0;
    for (int i = 3; i <= maximum; i += 2) {
      if (!composite[i]) {
        primes[size++] = i;
        for (long j = (long) i * i; j <= maximum; j += 2L * i) {
          composite[(int) j] = true;
        }
      }
    }
    return Arrays.copyOf(primes, size);
  }
}
