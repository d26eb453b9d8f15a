package dev.percore.worker.site;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.List;
import java.util.Map;

/// A small catalogue with a parameter of each kind.
final class SampleFunctions {
  static final List<FunctionSpec> ALL =
      List.of(
          new FunctionSpec(
              "count",
              "Counts to n by adding one.",
              List.of(new Parameter.Whole("n", "how far to count", 0, 1_000_000_000, 100_000_000L)),
              Map.of("n", 1_000_000L),
              arguments -> (double) arguments.whole("n"),
              1e9,
              "additions"),
          new FunctionSpec(
              "all-kinds",
              "Takes <anything> & \"more\".",
              List.of(
                  new Parameter.Whole("whole", "a whole number", 1, 10, null),
                  new Parameter.Real("real", "a number", -0.5, 0.5, 0.25),
                  new Parameter.Text("text", "a text", 20, null),
                  new Parameter.Choice("choice", "one of two", List.of("a", "b"), "a"),
                  new Parameter.Numbers("numbers", "a list", 3, List.of(1.0, 2.5))),
              Map.of("whole", 3L, "text", "1+2 & 3", "numbers", List.of(1.5, -2.0)),
              _ -> 1,
              Double.POSITIVE_INFINITY,
              "calls"));

  private SampleFunctions() {}
}
