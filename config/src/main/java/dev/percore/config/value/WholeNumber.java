package dev.percore.config.value;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A whole number in a range, in decimal digits.
///
/// @param min smallest value allowed
/// @param max largest value allowed
public record WholeNumber(int min, int max) implements ValueType<Integer> {

  /// A leading zero is refused because YAML 1.1 and C read an octal number there.
  private static final Pattern DIGITS = Pattern.compile("0|-?[1-9][0-9]{0,9}");

  /// Checks the range itself.
  public WholeNumber {
    if (min > max) {
      throw new IllegalArgumentException("not a range: " + min + " to " + max);
    }
  }

  @Override
  public @Nullable Integer parse(String text, Path home) {
    if (!DIGITS.matcher(text).matches()) {
      return null;
    }
    long number = Long.parseLong(text);
    return number < min || number > max ? null : Integer.valueOf((int) number);
  }

  @Override
  public String canonical(Integer value) {
    return value.toString();
  }

  @Override
  public String label() {
    return "whole number";
  }

  @Override
  public String allowed() {
    return "a whole number from " + min + " to " + max;
  }
}
