package dev.percore.config;

import dev.percore.config.value.TextList;
import java.nio.file.Path;
import java.util.List;
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

  /// What is wrong with a value that is not allowed: of a list, each wrong item.
  List<ConfigProblem> problems(Path home) {
    if (setting.type() instanceof TextList list) {
      List<String> wrong = list.wrongItems(text, home);
      if (!wrong.isEmpty()) {
        return wrong.stream().map(item -> problem(item, list.form().allowed())).toList();
      }
    }
    return List.of(problem(setting.type().allowed()));
  }

  /// This value is not allowed.
  ConfigProblem problem(String allowed) {
    return problem(text, allowed);
  }

  /// A part of this value is not allowed.
  ConfigProblem problem(String found, String allowed) {
    return new ConfigProblem(source, line, setting.key(), Found.quote(found), allowed);
  }
}
