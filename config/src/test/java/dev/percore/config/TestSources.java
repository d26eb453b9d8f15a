package dev.percore.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Configuration sources with a home folder of their own.
record TestSources(Path home) {

  ConfigSources sources(String yaml, Map<String, String> environment, String... overrides)
      throws IOException {
    Path file = home.resolve("conf/percore.yaml");
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(file, yaml);
    return new ConfigSources(file, environment, List.of(overrides), home);
  }

  LoadedConfig load(String yaml, Map<String, String> environment, String... overrides)
      throws IOException, ConfigException {
    return ConfigLoader.load(sources(yaml, environment, overrides));
  }

  LoadedConfig load(String yaml, String... overrides) throws IOException, ConfigException {
    return load(yaml, Map.of(), overrides);
  }

  /// The problems, one line each.
  List<String> problems(String yaml, Map<String, String> environment, String... overrides)
      throws IOException {
    try {
      load(yaml, environment, overrides);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(ConfigProblem::toString).toList();
    }
  }

  List<String> problems(String yaml) throws IOException {
    return problems(yaml, Map.of());
  }
}
