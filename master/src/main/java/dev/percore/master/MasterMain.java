package dev.percore.master;

import dev.percore.config.LoadedConfig;
import java.nio.file.Path;

/// The master process.
public final class MasterMain {
  private MasterMain() {}

  /// Runs the master until it is told to stop, and returns the exit code of the process.
  public static int run(LoadedConfig config, Path home) {
    return 1;
  }
}
