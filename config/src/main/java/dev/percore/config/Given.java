package dev.percore.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A value that a source gives to a setting, not yet checked.
///
/// @param source the file, the name of an environment variable, `--set`, or `default`
/// @param line line in the file, or 0
record Given(Setting<?> setting, String text, String source, int line) {

  /// The value that holds when no source gives another.
  static Given ofDefault(Setting<?> setting) {
    return new Given(setting, setting.defaultText(), EffectiveSetting.DEFAULT, 0);
  }

  boolean isDefault() {
    return source.equals(EffectiveSetting.DEFAULT);
  }

  /// The setting when this value is in force, or null when the value is not allowed.
  @Nullable EffectiveSetting effective(Path home) {
    String canonical = setting.canonical(text, home);
    String origin = line > 0 ? source + ":" + line : source;
    return canonical == null ? null : new EffectiveSetting(setting.key(), canonical, origin, text);
  }

  ConfigProblem problem(String allowed) {
    return new ConfigProblem(source, line, setting.key(), Found.quote(text), allowed);
  }
}
