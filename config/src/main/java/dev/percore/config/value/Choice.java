package dev.percore.config.value;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One of a few words: the constants of an enum, in lower case and with dashes.
///
/// @param constants what may be chosen, in the order in which they are told
public record Choice<E extends Enum<E>>(List<E> constants) implements ValueType<E> {

  /// Copies what could change later.
  public Choice {
    constants = List.copyOf(constants);
  }

  @Override
  public @Nullable E parse(String text, Path home) {
    for (E constant : constants) {
      if (canonical(constant).equals(text)) {
        return constant;
      }
    }
    return null;
  }

  @Override
  public String canonical(E value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The words themselves.
  public List<String> words() {
    return constants.stream().map(this::canonical).toList();
  }

  @Override
  public String label() {
    return "choice";
  }

  @Override
  public String allowed() {
    return "one of " + String.join(", ", words());
  }
}
