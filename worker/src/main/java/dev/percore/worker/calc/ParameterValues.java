package dev.percore.worker.calc;

import dev.percore.worker.api.Parameter;
import java.math.BigDecimal;

/// Holds values against their parameters, wherever they were read from.
final class ParameterValues {
  private ParameterValues() {}

  /// What most whole numbers are given as.
  static long whole(Parameter.Whole parameter, long value) throws ProblemException {
    if (value < parameter.minimum() || value > parameter.maximum()) {
      throw ArgumentProblems.outOfRange(parameter, shown(BigDecimal.valueOf(value)));
    }
    return value;
  }

  /// A whole number may be written as `1000`, `1e3` or `1000.0`.
  static long whole(Parameter.Whole parameter, BigDecimal value) throws ProblemException {
    // The comparison comes first: it is cheap whatever the exponent, and makes the rest cheap.
    if (value.compareTo(BigDecimal.valueOf(parameter.minimum())) < 0
        || value.compareTo(BigDecimal.valueOf(parameter.maximum())) > 0) {
      throw ArgumentProblems.outOfRange(parameter, shown(value));
    }
    if (value.signum() != 0 && value.stripTrailingZeros().scale() > 0) {
      throw ArgumentProblems.wrongType(parameter, shown(value));
    }
    return value.signum() == 0 ? 0 : value.longValueExact();
  }

  static double real(Parameter.Real parameter, BigDecimal value) throws ProblemException {
    double number = value.doubleValue();
    if (!(number >= parameter.minimum() && number <= parameter.maximum())) {
      throw ArgumentProblems.outOfRange(parameter, shown(value));
    }
    return number;
  }

  static String text(Parameter.Text parameter, String value) throws ProblemException {
    if (value.length() > parameter.maximumLength()) {
      throw ArgumentProblems.outOfRange(parameter, value);
    }
    if (value
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw ArgumentProblems.wrongType(parameter, "half of a surrogate pair");
    }
    return value;
  }

  static String choice(Parameter.Choice parameter, String value) throws ProblemException {
    if (!parameter.values().contains(value)) {
      throw ArgumentProblems.outOfRange(parameter, value);
    }
    return value;
  }

  static void size(Parameter.Numbers parameter, int size) throws ProblemException {
    if (size > parameter.maximumSize()) {
      throw ArgumentProblems.outOfRange(parameter, size);
    }
  }

  static double element(Parameter.Numbers parameter, BigDecimal value) throws ProblemException {
    double number = value.doubleValue();
    if (Double.isInfinite(number)) {
      throw ArgumentProblems.wrongType(parameter, shown(value));
    }
    return number;
  }

  // As text beyond the doubles: as a number it could be written with a thousand million digits.
  private static Object shown(BigDecimal value) {
    double number = value.doubleValue();
    boolean lost = Double.isInfinite(number) || (number == 0 && value.signum() != 0);
    return lost ? value.toString() : ParameterDescription.plain(number);
  }
}
