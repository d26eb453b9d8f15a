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

/// Exact Fibonacci numbers by fast doubling: F(2k) = F(k) (2 F(k+1) - F(k)) and
/// F(2k+1) = F(k)² + F(k+1)².
public final class Fibonacci implements ComputeFunction {
  private static final long N_MAXIMUM = 1_000_000;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "fibonacci",
        "The Fibonacci number F(n), exact; F(0) = 0, F(1) = 1.",
        List.of(new Parameter.Whole("n", "index", 0, N_MAXIMUM, 1000L)),
        Map.of("n", 100),
        arguments -> arguments.whole("n"),
        N_MAXIMUM,
        "index");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    long n = arguments.whole("n");
    BigInteger current = BigInteger.ZERO;
    BigInteger following = BigInteger.ONE;
    for (int bit = Long.SIZE - Long.numberOfLeadingZeros(n) - 1; bit >= 0; bit--) {
      context.checkCancelled();
      BigInteger doubled = current.multiply(following.shiftLeft(1).subtract(current));
      BigInteger doubledPlusOne = current.multiply(current).add(following.multiply(following));
      boolean odd = (n >>> bit & 1) == 1;
      current = odd ? doubledPlusOne : doubled;
      following = odd ? doubled.add(doubledPlusOne) : doubledPlusOne;
    }
    return ComputeResult.json(ExactIntegers.json(current));
  }
}
