package dev.percore.worker.jmh;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.functions.Eval;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// From an expression to its value.
@State(Scope.Thread)
public class ExpressionBenchmark {
  private final Eval eval = new Eval();

  @Param({"1+2*3", "2*(3+4)^2 - sqrt(16)/8"})
  private String expression = "";

  private Arguments arguments = new Arguments(Map.of());

  @Setup
  public void setUp() {
    arguments = new Arguments(Map.of("expression", expression));
  }

  @Benchmark
  public ComputeResult evaluate() throws ComputeException {
    return eval.apply(arguments, ComputeContext.UNDISTURBED);
  }
}
