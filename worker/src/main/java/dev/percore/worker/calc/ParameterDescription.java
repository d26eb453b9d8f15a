package dev.percore.worker.calc;

import dev.percore.worker.api.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;

/// A parameter's type and limits, in the words of the catalogue and of the problem documents.
final class ParameterDescription {
  private static final double WHOLE_MAXIMUM = 1L << 53;

  private ParameterDescription() {}

  /// Name of the type in JSON.
  static String type(Parameter parameter) {
    return switch (parameter) {
      case Parameter.Whole _ -> "integer";
      case Parameter.Real _ -> "number";
      case Parameter.Text _, Parameter.Choice _ -> "string";
      case Parameter.Numbers _ -> "array of numbers";
    };
  }

  /// What is allowed, by the member's name.
  static Map<String, Object> constraints(Parameter parameter) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", type(parameter));
    switch (parameter) {
      case Parameter.Whole whole -> {
        members.put("minimum", whole.minimum());
        members.put("maximum", whole.maximum());
      }
      case Parameter.Real real -> {
        members.put("minimum", plain(real.minimum()));
        members.put("maximum", plain(real.maximum()));
      }
      case Parameter.Text text -> members.put("maximum_length", text.maximumLength());
      case Parameter.Choice choice -> members.put("allowed", choice.values());
      case Parameter.Numbers numbers -> members.put("maximum_size", numbers.maximumSize());
    }
    return members;
  }

  static String typeForHumans(Parameter parameter) {
    return switch (parameter) {
      case Parameter.Whole _ -> "a whole number";
      case Parameter.Real _ -> "a finite number";
      case Parameter.Text _ -> "a text of valid Unicode";
      case Parameter.Choice choice -> "one of " + String.join(", ", choice.values());
      case Parameter.Numbers _ -> "a list of finite numbers";
    };
  }

  static String rangeForHumans(Parameter parameter) {
    return switch (parameter) {
      case Parameter.Whole whole -> "from " + whole.minimum() + " to " + whole.maximum();
      case Parameter.Real real -> "from " + plain(real.minimum()) + " to " + plain(real.maximum());
      case Parameter.Text text -> "at most " + text.maximumLength() + " characters long";
      case Parameter.Choice choice -> "one of " + String.join(", ", choice.values());
      case Parameter.Numbers numbers -> "at most " + numbers.maximumSize() + " numbers long";
    };
  }

  /// A Long for a whole number, so that it is written without `.0` and without an exponent.
  static Number plain(double value) {
    boolean whole = Math.rint(value) == value && Math.abs(value) <= WHOLE_MAXIMUM;
    return whole ? (Number) (long) value : (Number) value;
  }
}
