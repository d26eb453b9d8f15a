package dev.percore.config.value;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// `true` or `false`.
public record Flag() implements ValueType<Boolean> {

  @Override
  public @Nullable Boolean parse(String text, Path home) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  @Override
  public String canonical(Boolean value) {
    return value.toString();
  }

  @Override
  public String label() {
    return "true or false";
  }

  @Override
  public String allowed() {
    return "true or false";
  }
}
