package dev.percore.config.value;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whole amounts written with a unit, such as `8k` or `500ms`.
///
/// @param pattern digits, then one of the units, in any case
/// @param units from the largest to the smallest; the first name of each is the canonical one
record Scale(Pattern pattern, List<Unit> units) {

  /// A unit.
  ///
  /// @param factor how many of the smallest unit it stands for
  /// @param names all its names in lower case
  record Unit(long factor, List<String> names) {}

  /// The amount in the smallest unit, or null when the text is none or lies outside the range.
  @Nullable Long parse(String text, long min, long max) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long factor = factor(matcher.group(2).toLowerCase(Locale.ROOT));
    long number = Long.parseLong(matcher.group(1));
    if (number > max / factor || number * factor < min) {
      return null;
    }
    return number * factor;
  }

  private long factor(String name) {
    for (Unit unit : units) {
      if (unit.names().contains(name)) {
        return unit.factor();
      }
    }
    throw new IllegalStateException("the pattern allows a unit that has no factor: " + name);
  }

  /// The amount in the largest unit that leaves a whole number.
  String canonical(long amount) {
    for (Unit unit : units) {
      if (amount != 0 && amount % unit.factor() == 0) {
        return amount / unit.factor() + unit.names().getFirst();
      }
    }
    return amount + units.getLast().names().getFirst();
  }
}
