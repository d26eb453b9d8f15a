package table;

import common.Medians;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// A figure with all the rounds that it comes from; it is their median.
record Figure(List<Double> rounds) {
  Figure {
    rounds = List.copyOf(rounds);
  }

  static Figure of(double once) {
    return new Figure(List.of(once));
  }

  static <T> Figure of(List<T> rounds, ToDoubleFunction<T> figure) {
    return new Figure(rounds.stream().mapToDouble(figure).boxed().toList());
  }

  double median() {
    return Medians.of(rounds, Double::doubleValue);
  }

  double max() {
    return rounds.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /// Round by round, since a machine that others share is not the same in each; none if they were
  /// not measured in the same rounds.
  Figure over(Figure other) {
    if (rounds.size() != other.rounds.size()) {
      return of(Double.NaN);
    }
    return new Figure(
        IntStream.range(0, rounds.size())
            .mapToObj(i -> rounds.get(i) / other.rounds.get(i))
            .toList());
  }

  /// With three digits, or all of those before the point.
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    String text = String.format(Locale.ROOT, format, value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
