package dev.percore.config.value;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A path, or a text that stands for none.
///
/// @param none the texts that stand for no path; the first is the canonical one
/// @param meaning what no path means, such as `the standard output`
public record OptionalPath(List<String> none, String meaning) implements ValueType<Optional<Path>> {

  private static final RequiredPath PATH = new RequiredPath();

  /// Copies what could change later.
  public OptionalPath {
    none = List.copyOf(none);
  }

  @Override
  @SuppressWarnings("NullableOptional") // null: not allowed; an empty value: allowed, no path
  public @Nullable Optional<Path> parse(String text, Path home) {
    if (none.contains(text)) {
      return Optional.empty();
    }
    Path path = PATH.parse(text, home);
    return path == null ? null : Optional.of(path);
  }

  @Override
  public String canonical(Optional<Path> value) {
    return value.map(PATH::canonical).orElseGet(none::getFirst);
  }

  @Override
  public String label() {
    return "path";
  }

  @Override
  public String allowed() {
    String words =
        String.join(" or ", none.stream().map(text -> text.isEmpty() ? "\"\"" : text).toList());
    return PATH.allowed() + ", or " + words + " for " + meaning;
  }
}
