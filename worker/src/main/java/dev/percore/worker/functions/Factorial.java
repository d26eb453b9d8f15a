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

/// Exact factorials, as a balanced tree of products, so that the factors stay of like size.
public final class Factorial implements ComputeFunction {
  private static final long N_MAXIMUM = 100_000;
  private static final long LEAF = 8;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "factorial",
        "The factorial n!, exact.",
        List.of(new Parameter.Whole("n", "number of factors", 0, N_MAXIMUM, 100L)),
        Map.of("n", 20),
        arguments -> arguments.whole("n"),
        N_MAXIMUM,
        "factors");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    return ComputeResult.json(ExactIntegers.json(product(1, arguments.whole("n"), context)));
  }

  /// The product of the integers from `first` to `last`, both included; one if there are none.
  private static BigInteger product(long first, long last, ComputeContext context) {
    if (last - first < LEAF) {
      BigInteger product = BigInteger.ONE;
      for (long factor = first; factor <= last; factor++) {
        product = product.multiply(BigInteger.valueOf(factor));
      }
      return product;
    }
    context.checkCancelled();
    long middle = (first + last) >>> 1;
    return product(first, middle, context).multiply(product(middle + 1, last, context));
  }
}
