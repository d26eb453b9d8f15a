package dev.percore.master.host;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A configuration with these log files.
record LogConfig(Path home, Path log, Path accessLog) {
  ServerConfig config() throws IOException, ConfigException {
    Path file = Files.writeString(home.resolve("percore.yaml"), "");
    List<String> settings =
        List.of("log.file=" + log, "access_log.format=json", "access_log.file=" + accessLog);
    return ConfigLoader.load(new ConfigSources(file, Map.of(), settings, home)).config();
  }
}
