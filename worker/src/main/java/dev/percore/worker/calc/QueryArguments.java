package dev.percore.worker.calc;

import dev.percore.worker.api.Parameter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads one value from a query, where everything is text.
final class QueryArguments {
  // The numbers of JSON, and leading zeros and a plus besides.
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");

  /// Every number of so many digits is a long.
  private static final int LONG_DIGITS = 18;

  private QueryArguments() {}

  static Object value(Parameter parameter, String given) throws ProblemException {
    return switch (parameter) {
      case Parameter.Whole whole ->
          isSmallWhole(given)
              ? ParameterValues.whole(whole, Long.parseLong(given))
              : ParameterValues.whole(whole, number(whole, given));
      case Parameter.Real real -> ParameterValues.real(real, number(real, given));
      case Parameter.Text text -> ParameterValues.text(text, given);
      case Parameter.Choice choice -> ParameterValues.choice(choice, given);
      case Parameter.Numbers numbers -> numbers(numbers, given);
    };
  }

  private static List<Double> numbers(Parameter.Numbers parameter, String given)
      throws ProblemException {
    List<Double> values = new ArrayList<>();
    if (given.isEmpty()) {
      return values;
    }
    String[] elements = given.split(",", -1);
    ParameterValues.size(parameter, elements.length);
    for (String element : elements) {
      values.add(ParameterValues.element(parameter, number(parameter, element)));
    }
    return values;
  }

  private static BigDecimal number(Parameter parameter, String given) throws ProblemException {
    if (given.length() > JsonArguments.NUMBER_LENGTH_MAXIMUM || !isNumber(given)) {
      throw ArgumentProblems.wrongType(parameter, given);
    }
    return new BigDecimal(given);
  }

  // Most are nothing but digits, for which no matcher has to be made.
  private static boolean isNumber(String given) {
    return isDigits(given) || NUMBER.matcher(given).matches();
  }

  // What needs no BigDecimal: besides what one costs, the first of all takes 17 ms.
  private static boolean isSmallWhole(String given) {
    return given.length() <= LONG_DIGITS && isDigits(given);
  }

  private static boolean isDigits(String given) {
    for (int i = 0; i < given.length(); i++) {
      if (given.charAt(i) < '0' || given.charAt(i) > '9') {
        return false;
      }
    }
    return !given.isEmpty();
  }
}
