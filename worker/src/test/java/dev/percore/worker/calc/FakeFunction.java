package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.List;
import java.util.Map;

/// A function with one parameter of each type, that does as told.
record FakeFunction(FunctionSpec spec, Body body) implements ComputeFunction {
  static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter.Whole("n", "a whole number", -10, 1_000_000, 7L),
          new Parameter.Real("x", "a real number", -1.5, 1e6, 0.5),
          new Parameter.Text("text", "a text", 5, "abc"),
          new Parameter.Choice("colour", "a colour", List.of("red", "green"), "red"),
          new Parameter.Numbers("numbers", "some numbers", 3, List.of()));

  /// What the function does.
  @FunctionalInterface
  interface Body {
    ComputeResult apply(Arguments arguments, ComputeContext context) throws Exception;
  }

  static FakeFunction of(String name, Body body) {
    return of(name, PARAMETERS, Map.of("n", 1), body);
  }

  static FakeFunction of(
      String name, List<Parameter> parameters, Map<String, Object> example, Body body) {
    return new FakeFunction(
        new FunctionSpec(name, "A fake.", parameters, example, _ -> 1, 10, "steps"), body);
  }

  /// Gives its arguments back.
  static FakeFunction echo(String name, List<Parameter> parameters, Map<String, Object> example) {
    return of(name, parameters, example, (arguments, _) -> ComputeResult.json(arguments.asMap()));
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) throws Exception {
    return body.apply(arguments, context);
  }
}
