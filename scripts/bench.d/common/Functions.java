package common;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.functions.Count;
import dev.percore.worker.functions.MonteCarlo;
import java.util.Map;

/// The server's own functions, for threads of this process.
public final class Functions {
  private Functions() {}

  /// How many of so many random points are inside the circle.
  public static String inside(long samples) throws Exception {
    Object result = result(new MonteCarlo(), Map.of("samples", samples, "seed", 1L));
    return ((Map<?, ?>) result).get("inside").toString();
  }

  /// Counts in so many steps, and returns the seconds that it took.
  public static double count(long steps) throws Exception {
    long began = System.nanoTime();
    Object result = result(new Count(), Map.of("n", steps));
    double seconds = (System.nanoTime() - began) / 1e9;
    if (!result.equals(steps)) {
      throw new IllegalStateException("counted to " + result);
    }
    return seconds;
  }

  public static Object result(ComputeFunction function, Map<String, Object> arguments)
      throws Exception {
    return switch (function.apply(new Arguments(arguments), ComputeContext.UNDISTURBED)) {
      case ComputeResult.Json(Object value) -> value;
      case ComputeResult.Binary other -> throw new IllegalStateException("no JSON: " + other);
    };
  }
}
