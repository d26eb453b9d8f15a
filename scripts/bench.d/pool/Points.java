import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.functions.MonteCarlo;
import java.util.Map;

/// The server's function `montecarlo`, for threads of this process.
final class Points {
  private static final ComputeContext NEVER_CANCELLED =
      new ComputeContext() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void checkCancelled() {}
      };

  private Points() {}

  /// How many of so many random points are inside the circle.
  static String inside(long samples) {
    var arguments = new Arguments(Map.of("samples", samples, "seed", 1L));
    return switch (new MonteCarlo().apply(arguments, NEVER_CANCELLED)) {
      case ComputeResult.Json(Map<?, ?> result) -> result.get("inside").toString();
      case ComputeResult other -> throw new IllegalStateException("not expected: " + other);
    };
  }
}
