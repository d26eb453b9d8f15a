package dev.percore.config.value;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A text of a given form.
///
/// @param pattern what the whole text must match; kept to what a JSON Schema can hold as well
/// @param allowed the same in words
public record Text(Pattern pattern, String allowed) implements ValueType<String> {

  private static final int LENGTH_MAX = 1024;

  @Override
  public @Nullable String parse(String text, Path home) {
    return text.length() <= LENGTH_MAX && pattern.matcher(text).matches() ? text : null;
  }

  @Override
  public String canonical(String value) {
    return value;
  }

  @Override
  public String label() {
    return "text";
  }
}
