package dev.percore.config.value;

import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// A whole number, or `auto` for one that the machine decides. The word is resolved when it is
/// read, so that every process which gets the canonical form works with the same number.
///
/// @param number the range of the number
/// @param automatic what `auto` stands for; brought into the range
public record AutoNumber(WholeNumber number, IntSupplier automatic) implements ValueType<Integer> {

  /// The word that leaves the number to the machine.
  public static final String AUTO = "auto";

  @Override
  public @Nullable Integer parse(String text, Path home) {
    if (text.equals(AUTO)) {
      return Math.clamp(automatic.getAsInt(), number.min(), number.max());
    }
    return number.parse(text, home);
  }

  @Override
  public String canonical(Integer value) {
    return number.canonical(value);
  }

  @Override
  public String label() {
    return "auto or whole number";
  }

  @Override
  public String allowed() {
    return AUTO + " or " + number.allowed();
  }
}
