package dev.percore.worker.functions;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Estimates pi from the share of random points of a square that lie in its inscribed quarter
/// circle.
///
/// Each point takes one number of the generator: the upper 31 bits are x, the lower 31 bits are y,
/// and it lies inside when x² + y² < 2^62. All integers, so that the answer is the same everywhere.
public final class MonteCarlo implements ComputeFunction {
  private static final long SAMPLES_MAXIMUM = 10_000_000_000L;
  private static final long SAMPLES_PER_POLL = 1L << 18;

  @Override
  public FunctionSpec spec() {
    return new FunctionSpec(
        "montecarlo",
        "An estimate of pi from seeded random points.",
        List.of(
            new Parameter.Whole("samples", "number of points", 1, SAMPLES_MAXIMUM, 1_000_000L),
            new Parameter.Whole("seed", "seed of SplitMix64", 0, (1L << 53) - 1, 1L)),
        Map.of("samples", 1_000_000, "seed", 1),
        arguments -> arguments.whole("samples"),
        SAMPLES_MAXIMUM,
        "points");
  }

  @Override
  public ComputeResult apply(Arguments arguments, ComputeContext context) {
    long samples = arguments.whole("samples");
    SplitMix64 random = new SplitMix64(arguments.whole("seed"));
    long inside = 0;
    for (long left = samples; left > 0; left -= SAMPLES_PER_POLL) {
      context.checkCancelled();
      inside += inside(Math.min(left, SAMPLES_PER_POLL), random);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("estimate", 4.0 * inside / samples);
    result.put("inside", inside);
    return ComputeResult.json(result);
  }

  private static long inside(long samples, SplitMix64 random) {
    long inside = 0;
    for (long i = 0; i < samples; i++) {
      long bits = random.nextLong();
      long x = bits >>> 33;
      long y = bits & 0x7fffffffL;
      // Bit 62 of the sum tells; a comparison would be a branch that nobody can predict.
      inside += 1 - ((x * x + y * y) >>> 62);
    }
    return inside;
  }
}
