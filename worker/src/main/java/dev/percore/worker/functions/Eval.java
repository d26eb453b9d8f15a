package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.List;
import java.util.Map;

/// The value of an arithmetic expression, in double precision.
public final class Eval implements ComputeFunction {
  private static final int LENGTH_MAXIMUM = 1000;
  // Up to here every whole number is an exact double.
  private static final double WHOLE_MAXIMUM = 1L << 53;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "eval",
        "The value of an arithmetic expression with + - * / % ^, parentheses, pi, e and: "
            + ExpressionFunction.names()
            + ".",
        List.of(
            new Parameter.Text("expression", "in a query, + is written %2B", LENGTH_MAXIMUM, null)),
        Map.of("expression", "2*(3+4)^2 - sqrt(16)/8"),
        arguments -> arguments.text("expression").length(),
        LENGTH_MAXIMUM,
        "characters");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) throws ComputeException {
    double value = ExpressionParser.evaluate(arguments.text("expression"));
    boolean whole = StrictMath.rint(value) == value && Math.abs(value) < WHOLE_MAXIMUM;
    return ComputeResult.json(whole ? (Number) (long) value : (Number) value);
  }
}
