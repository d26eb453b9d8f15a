package dev.percore.master.supervise;

import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;

/// Workers that were started with the same configuration. Each reload makes a new one.
///
/// @param number 1 for the first, then rising
public record Generation(int number, LoadedConfig loaded) {

  public ServerConfig config() {
    return loaded.config();
  }
}
