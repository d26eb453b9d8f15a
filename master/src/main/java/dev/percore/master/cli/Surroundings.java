package dev.percore.master.cli;

import dev.percore.config.ConfigSources;
import dev.percore.config.LoadedConfig;
import dev.percore.master.ExitCode;
import dev.percore.master.Origin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// What the commands take from outside, so that a test can put something else in its place.
///
/// @param home folder of the distribution
/// @param environment the process environment
/// @param clock tells how long something has been running
/// @param out where answers go
/// @param err where failures go
/// @param master runs the master in this process
record Surroundings(
    Path home,
    Map<String, String> environment,
    Clock clock,
    PrintWriter out,
    PrintWriter err,
    MasterRunner master) {

  /// Becomes the master and returns how it ended.
  @FunctionalInterface
  interface MasterRunner {
    ExitCode run(LoadedConfig loaded, ConfigSources sources, Origin origin);
  }
}
