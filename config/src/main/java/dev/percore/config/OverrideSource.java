package dev.percore.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Settings from the command line: `--set listen.port=80`.
final class OverrideSource {

  private static final String NAME = "--set";

  private OverrideSource() {}

  /// The values given, in their order; what is no `key=value` is added to the problems.
  static List<Given> read(List<String> overrides, List<ConfigProblem> problems) {
    List<Given> given = new ArrayList<>();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 0) {
        problems.add(new ConfigProblem(NAME, 0, "", Found.quote(override), "key=value"));
        continue;
      }
      String key = override.substring(0, equals);
      Optional<Setting<?>> setting = Settings.find(key);
      if (setting.isPresent()) {
        given.add(new Given(setting.get(), override.substring(equals + 1), NAME, 0));
      } else {
        problems.add(UnknownKey.problem(NAME, 0, key));
      }
    }
    return given;
  }
}
