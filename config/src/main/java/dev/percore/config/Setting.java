package dev.percore.config;

import dev.percore.config.value.ValueType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One setting, declared once: loading, checking, printing and the reference all go by it.
///
/// @param key the full key in lower case: `section.name`, or a name alone at the top level
/// @param type what values it takes
/// @param defaultText the default, written as a user would
/// @param text what it is for, in one or two sentences
/// @param fixed whether a running server keeps its value at a reload
/// @param <T> the type of its value
public record Setting<T>(
    String key, ValueType<T> type, String defaultText, String text, boolean fixed) {

  /// What the names of all our environment variables begin with.
  public static final String ENVIRONMENT_PREFIX = "PERCORE_";

  private static final Pattern KEY = Pattern.compile("[a-z][a-z_]*(\\.[a-z][a-z_]*)?");

  /// Checks the declaration itself.
  public Setting {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("not a key: " + key);
    }
    if (type.parse(defaultText, Path.of("/")) == null) {
      throw new IllegalArgumentException(
          "default of " + key + " is " + defaultText + ", allowed: " + type.allowed());
    }
  }

  /// A setting that a reload changes.
  Setting(String key, ValueType<T> type, String defaultText, String text) {
    this(key, type, defaultText, text, false);
  }

  /// The section, or the empty text for a setting at the top level.
  public String section() {
    return key.substring(0, Math.max(0, key.indexOf('.')));
  }

  /// The key without its section.
  public String name() {
    return key.substring(key.indexOf('.') + 1);
  }

  /// The canonical form of a value, or null when the text is not allowed.
  ///
  /// @param home folder that relative paths start from
  @Nullable String canonical(String value, Path home) {
    T parsed = type.parse(value, home);
    return parsed == null ? null : type.canonical(parsed);
  }

  /// The environment variable that sets it.
  public String environmentName() {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
