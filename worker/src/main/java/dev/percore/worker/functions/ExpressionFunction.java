package dev.percore.worker.functions;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A function that an expression may call. By [StrictMath], so that an answer is the same to the
/// last bit on every platform.
///
/// @param arity how many values it takes, for humans
record ExpressionFunction(
    String name, int valuesMinimum, int valuesMaximum, String arity, Body body) {
  private static final List<ExpressionFunction> ALL =
      List.of(
          ofOne("sqrt", StrictMath::sqrt),
          ofOne("sin", StrictMath::sin),
          ofOne("cos", StrictMath::cos),
          ofOne("tan", StrictMath::tan),
          ofOne("ln", StrictMath::log),
          ofOne("log", StrictMath::log10),
          ofOne("exp", StrictMath::exp),
          ofOne("abs", Math::abs),
          ofOne("floor", StrictMath::floor),
          ofOne("ceil", StrictMath::ceil),
          ofOne("round", ExpressionFunction::round),
          ofMany("min", Math::min),
          ofMany("max", Math::max),
          new ExpressionFunction(
              "pow", 2, 2, "2 values", values -> StrictMath.pow(values[0], values[1])));

  /// What a function does with its values.
  @FunctionalInterface
  interface Body {
    double apply(double[] values);
  }

  /// The function of that name, or null.
  static @Nullable ExpressionFunction find(String name) {
    return ALL.stream().filter(function -> function.name.equals(name)).findFirst().orElse(null);
  }

  /// The names of all, for the catalogue.
  static String names() {
    return ALL.stream().map(ExpressionFunction::name).collect(Collectors.joining(", "));
  }

  boolean takes(int count) {
    return count >= valuesMinimum && count <= valuesMaximum;
  }

  double apply(double[] values) {
    return body.apply(values);
  }

  private static ExpressionFunction ofOne(String name, DoubleUnaryOperator body) {
    return new ExpressionFunction(name, 1, 1, "1 value", values -> body.applyAsDouble(values[0]));
  }

  private static ExpressionFunction ofMany(String name, DoubleBinaryOperator body) {
    return new ExpressionFunction(
        name,
        1,
        Integer.MAX_VALUE,
        "at least 1 value",
        values -> Arrays.stream(values).reduce(body).orElse(Double.NaN));
  }

  /// To the nearest whole number, halves away from zero.
  private static double round(double value) {
    double magnitude = Math.abs(value);
    double below = StrictMath.floor(magnitude);
    return Math.copySign(magnitude - below >= 0.5 ? below + 1 : below, value);
  }
}
