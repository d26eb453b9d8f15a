package dev.percore.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes the configuration of what file, environment and command line say. The default holds
/// where nobody says anything, the file wins over it, the environment over the file, and the
/// command line over all.
public final class ConfigLoader {
  private ConfigLoader() {}

  /// Loads and checks everything.
  ///
  /// @throws ConfigException with all the problems there are
  public static LoadedConfig load(ConfigSources sources) throws ConfigException {
    Path home = sources.home().toAbsolutePath().normalize();
    List<ConfigProblem> problems = new ArrayList<>();
    List<Given> given = new ArrayList<>(Settings.all().stream().map(Given::ofDefault).toList());
    given.addAll(FileSource.read(sources.file(), home, problems));
    given.addAll(EnvironmentSource.read(sources.environment(), problems));
    given.addAll(OverrideSource.read(sources.overrides(), problems));

    Map<String, Given> inForce = new HashMap<>();
    Map<String, EffectiveSetting> effective = new LinkedHashMap<>();
    Set<String> refused = new HashSet<>();
    for (Given value : given) {
      String key = value.setting().key();
      EffectiveSetting setting = value.effective(home);
      if (setting == null) {
        problems.addAll(value.problems(home));
        refused.add(key);
      } else {
        inForce.put(key, value);
        effective.put(key, setting);
      }
    }
    List<EffectiveSetting> settings = List.copyOf(effective.values());
    LoadedConfig loaded =
        new LoadedConfig(fromCanonical(LoadedConfig.canonical(settings)), settings);
    problems.addAll(CrossChecks.problems(loaded.config(), inForce, refused));
    problems.addAll(ListenChecks.problems(loaded.config(), inForce, refused));
    if (!problems.isEmpty()) {
      // Those that have no line keep their order, behind those of the file.
      problems.sort(
          Comparator.comparingInt(
              problem -> problem.line() == 0 ? Integer.MAX_VALUE : problem.line()));
      throw new ConfigException(problems, loaded);
    }
    return loaded;
  }

  /// The configuration that [LoadedConfig#canonical] stands for.
  ///
  /// @throws IllegalArgumentException when a setting is missing or its value is not allowed,
  ///     which means that the other process is of another version
  public static ServerConfig fromCanonical(Map<String, String> canonical) {
    return new Assembly(canonical).serverConfig();
  }
}
