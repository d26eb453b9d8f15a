package dev.percore.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Where the settings come from; later components win over earlier ones.
///
/// @param file the YAML file
/// @param environment the process environment; only names that begin with `PERCORE_` are looked at
/// @param overrides `key=value`, one for each `--set` of the command line; the last one wins
/// @param home folder of the distribution, which relative paths start from
public record ConfigSources(
    Path file, Map<String, String> environment, List<String> overrides, Path home) {

  /// Copies what could change later.
  public ConfigSources {
    environment = Map.copyOf(environment);
    overrides = List.copyOf(overrides);
  }
}
