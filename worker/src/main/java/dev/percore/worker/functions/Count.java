package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;

/// The classic calculation: counts to n by adding one.
///
/// The compiler folds a plain loop of additions into one multiplication. It keeps every opaque
/// read and write of a field (and they cost no fence), so n additions are truly made.
public final class Count implements ComputeFunction {
  private static final VarHandle SUM;
  private static final long ADDITIONS_PER_POLL = 1L << 20;

  static {
    try {
      SUM = MethodHandles.lookup().findVarHandle(Count.class, "sum", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // A field, not a local variable, so that it has a place in memory. Used through SUM alone.
  @SuppressWarnings("unused")
  private long sum;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "count",
        "Counts to n by adding one, n times.",
        List.of(new Parameter.Whole("n", "number of additions", 0, 100_000_000_000L, 100_000_000L)),
        Map.of("n", 1_000_000),
        arguments -> arguments.whole("n"),
        100_000_000_000.0,
        "additions");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    SUM.setOpaque(this, 0L);
    long n = arguments.whole("n");
    for (long left = n; left > 0; left -= ADDITIONS_PER_POLL) {
      context.checkCancelled();
      context.progress((double) (n - left) / n);
      add(Math.min(left, ADDITIONS_PER_POLL));
    }
    return ComputeResult.json((long) SUM.getOpaque(this));
  }

  private void add(long times) {
    for (long i = 0; i < times; i++) {
      SUM.setOpaque(this, (long) SUM.getOpaque(this) + 1);
    }
  }
}
