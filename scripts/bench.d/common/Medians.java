package common;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/// Medians.
public final class Medians {
  private Medians() {}

  public static <T> double of(Collection<T> all, ToDoubleFunction<T> figure) {
    return at(all.stream().mapToDouble(figure).sorted().toArray(), 0.5);
  }

  /// The smallest value that so large a share does not exceed; NaN of nothing.
  public static double at(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
  }
}
