package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/// Sorts numbers: those given, or n random ones from 0 to 1.
public final class Sort implements ComputeFunction {
  // 16 MB of doubles.
  private static final long N_MAXIMUM = 2_000_000;
  private static final int SHOWN_MAXIMUM = 10_000;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "sort",
        "Sorts the given numbers, or n seeded random ones; shows up to 10,000 of them.",
        List.of(
            new Parameter.Numbers(
                "numbers", "what is sorted; empty for random numbers", SHOWN_MAXIMUM, List.of()),
            new Parameter.Whole("n", "how many random numbers", 1, N_MAXIMUM, 1000L),
            new Parameter.Whole("seed", "seed of SplitMix64", 0, (1L << 53) - 1, 1L)),
        Map.of("numbers", List.of(3, 1, 2)),
        Sort::size,
        N_MAXIMUM,
        "numbers");
  }

  private static double size(Arguments arguments) {
    List<Double> given = arguments.numbers("numbers");
    return given.isEmpty() ? arguments.whole("n") : given.size();
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    List<Double> given = arguments.numbers("numbers");
    double[] numbers =
        given.isEmpty()
            ? random((int) arguments.whole("n"), arguments.whole("seed"))
            : given.stream().mapToDouble(Double::doubleValue).toArray();
    context.checkCancelled();
    Arrays.sort(numbers);
    return ComputeResult.json(summary(numbers));
  }

  private static double[] random(int n, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    double[] numbers = new double[n];
    Arrays.setAll(numbers, _ -> random.nextDouble());
    return numbers;
  }

  private static Map<String, Object> summary(double[] sorted) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("size", sorted.length);
    summary.put("minimum", sorted[0]);
    summary.put("median", median(sorted));
    summary.put("maximum", sorted[sorted.length - 1]);
    if (sorted.length <= SHOWN_MAXIMUM) {
      summary.put("sorted", DoubleStream.of(sorted).boxed().toList());
    }
    return summary;
  }

  /// The middle one, or the mean of the middle two.
  private static double median(double[] sorted) {
    double upper = sorted[sorted.length / 2];
    double lower = sorted[(sorted.length - 1) / 2];
    return lower == upper ? lower : lower / 2 + upper / 2;
  }
}
