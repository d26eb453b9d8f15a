package dev.percore.master.doctor;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Configurations for tests: the defaults with a few settings over them.
final class Configs {
  private Configs() {}

  static ServerConfig of(Path home, String... settings) throws IOException, ConfigException {
    Path file = Files.writeString(home.resolve("percore.yaml"), "");
    return ConfigLoader.load(new ConfigSources(file, Map.of(), List.of(settings), home)).config();
  }
}
