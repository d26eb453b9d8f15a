package dev.percore.config.value;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A path of a file or folder; a relative one starts from the home folder, where
/// Percore is installed.
public record RequiredPath() implements ValueType<Path> {

  private static final int LENGTH_MAX = 4096;

  @Override
  public @Nullable Path parse(String text, Path home) {
    boolean control = text.chars().anyMatch(Character::isISOControl);
    if (text.isBlank() || text.length() > LENGTH_MAX || control) {
      return null;
    }
    try {
      return home.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException _) {
      return null;
    }
  }

  @Override
  public String canonical(Path value) {
    return value.toString();
  }

  @Override
  public String label() {
    return "path";
  }

  @Override
  public String allowed() {
    return "a path, absolute or relative to the installation folder";
  }
}
