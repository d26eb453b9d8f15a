package dev.percore.master.supervise;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.LoadedConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Configurations without a file.
public final class TestConfig {
  private TestConfig() {}

  /// Loads defaults with a few changes.
  ///
  /// @param settings `key=value` each
  public static LoadedConfig load(List<String> settings) {
    try {
      Path empty = Files.createTempFile("percore", ".yaml");
      try {
        return ConfigLoader.load(
            new ConfigSources(empty, Map.of(), settings, Path.of("/nonexistent")));
      } catch (ConfigException invalid) {
        throw new IllegalArgumentException(invalid);
      } finally {
        Files.delete(empty);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
