package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/// The decimals of pi by the series of Chudnovsky, summed by binary splitting.
public final class Pi implements ComputeFunction {
  private static final long DIGITS_MAXIMUM = 500_000;
  private static final double DIGITS_PER_TERM = 14.18;
  private static final BigInteger C3_OVER_24 =
      BigInteger.valueOf(640_320).pow(3).divide(BigInteger.valueOf(24));

  /// The partial sums of a range of terms.
  private record Split(BigInteger p, BigInteger q, BigInteger t) {}

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "pi",
        "The decimals of pi, exact and cut off, not rounded.",
        List.of(
            new Parameter.Whole("digits", "decimals after the point", 1, DIGITS_MAXIMUM, 1000L)),
        Map.of("digits", 50),
        arguments -> arguments.whole("digits"),
        DIGITS_MAXIMUM,
        "decimals");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    int digits = (int) arguments.whole("digits");
    String decimals = decimals(digits, context);
    return ComputeResult.json(decimals.charAt(0) + "." + decimals.substring(1));
  }

  /// The digit before the point and those after it.
  private static String decimals(int digits, ComputeContext context) {
    for (int guard = 10; ; guard *= 2) {
      BigInteger unit = BigInteger.TEN.pow(guard);
      BigInteger[] cut = approximate(digits + guard, context).divideAndRemainder(unit);
      // The approximation is off by a few units of its last digit. That does not reach the digits
      // that are kept, unless the guard digits are (almost) all nines or all zeros.
      BigInteger margin = BigInteger.valueOf(1000);
      if (cut[1].compareTo(margin) > 0 && cut[1].compareTo(unit.subtract(margin)) < 0) {
        return cut[0].toString();
      }
    }
  }

  /// Pi times 10^digits, within a few units.
  private static BigInteger approximate(int digits, ComputeContext context) {
    Split sum = split(0, (long) (digits / DIGITS_PER_TERM) + 2, context);
    BigInteger root = BigInteger.valueOf(10_005).multiply(BigInteger.TEN.pow(2 * digits)).sqrt();
    context.checkCancelled();
    return sum.q.multiply(BigInteger.valueOf(426_880)).multiply(root).divide(sum.t);
  }

  private static Split split(long from, long to, ComputeContext context) {
    if (to - from == 1) {
      return term(from);
    }
    context.checkCancelled();
    long middle = (from + to) >>> 1;
    Split left = split(from, middle, context);
    Split right = split(middle, to, context);
    return new Split(
        left.p.multiply(right.p),
        left.q.multiply(right.q),
        right.q.multiply(left.t).add(left.p.multiply(right.t)));
  }

  private static Split term(long k) {
    BigInteger p =
        k == 0
            ? BigInteger.ONE
            : BigInteger.valueOf(6 * k - 5)
                .multiply(BigInteger.valueOf(2 * k - 1))
                .multiply(BigInteger.valueOf(6 * k - 1))
                .negate();
    BigInteger q = k == 0 ? BigInteger.ONE : BigInteger.valueOf(k).pow(3).multiply(C3_OVER_24);
    return new Split(p, q, p.multiply(BigInteger.valueOf(13_591_409 + 545_140_134 * k)));
  }
}
