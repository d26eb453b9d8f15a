package dev.percore.config;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is said about a key that no setting has.
final class UnknownKey {

  private UnknownKey() {}

  static ConfigProblem problem(String source, int line, String key) {
    return new ConfigProblem(
        source, line, Found.key(key), "an unknown setting", "one of " + names(key), nearest(key));
  }

  /// The full key that comes nearest.
  static @Nullable String nearest(String key) {
    return Suggestion.nearest(key, Settings.all().stream().map(Setting::key).toList());
  }

  /// The names beside which the key stands: those of its section, or else of the top level.
  private static String names(String key) {
    String section = key.substring(0, Math.max(0, key.indexOf('.')));
    return Section.find(section).isPresent() ? namesOf(section) : topLevelNames();
  }

  static String namesOf(String section) {
    return String.join(", ", Settings.ofSection(section).stream().map(Setting::name).toList());
  }

  static String topLevelNames() {
    List<String> names =
        Stream.concat(
                Settings.ofSection("").stream().map(Setting::key),
                Section.all().stream().map(Section::name))
            .toList();
    return String.join(", ", names);
  }
}
