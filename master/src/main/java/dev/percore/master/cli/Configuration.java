package dev.percore.master.cli;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigProblem;
import dev.percore.config.ConfigSources;
import dev.percore.config.EffectiveConfigPrinter;
import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.master.Origin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The configuration that the command line names, and what can be asked of it.
///
/// @param out where answers go
/// @param err where warnings go
record Configuration(ConfigSources sources, PrintWriter out, PrintWriter err) {

  /// The one that a command line is about.
  ///
  /// @param configFile the one that it names; null if it names none
  /// @param overrides what it sets over file and environment
  static Configuration of(
      Surroundings surroundings, @Nullable Path configFile, List<String> overrides) {
    Path file = configFile == null ? usualFile(surroundings) : configFile;
    return new Configuration(
        new ConfigSources(file, surroundings.environment(), overrides, surroundings.home()),
        surroundings.out(),
        surroundings.err());
  }

  private static Path usualFile(Surroundings surroundings) {
    String named = surroundings.environment().getOrDefault("PERCORE_CONFIG", "");
    return named.isEmpty() ? surroundings.home().resolve("conf/percore.yaml") : Path.of(named);
  }

  /// Becomes the master with it, and returns the exit code.
  ///
  /// @param origin who starts it
  int run(Surroundings surroundings, Origin origin) throws CommandFailure {
    return surroundings.master().run(load(), sources, origin).code();
  }

  /// Loads it; a failure tells every problem on a line of its own.
  LoadedConfig load() throws CommandFailure {
    try {
      return ConfigLoader.load(sources);
    } catch (ConfigException e) {
      throw failure(e);
    }
  }

  /// What a command needs that finds the running server by its run folder. It is had from a file
  /// with mistakes too, as long as they leave no doubt about that folder: a server whose file
  /// somebody is just changing can be asked and stopped.
  ServerConfig ofRunningServer() throws CommandFailure {
    try {
      return ConfigLoader.load(sources).config();
    } catch (ConfigException e) {
      if (!e.isRunDirCertain()) {
        throw failure(e);
      }
      ServerConfig config = e.remainder().config();
      err.println(
          "percore: the configuration has problems, which percore -t tells; going on with run_dir "
              + config.runDir());
      return config;
    }
  }

  private static CommandFailure failure(ConfigException e) {
    String lines =
        e.problems().stream().map(ConfigProblem::toString).collect(Collectors.joining("\n"));
    return new CommandFailure(ExitCode.CONFIGURATION, lines, e);
  }

  /// Says that it is valid, or fails.
  void check() throws CommandFailure {
    load();
    out.println("percore: configuration " + sources.file() + " is valid");
  }

  /// Prints every setting in force and where its value comes from, as a file that can be loaded.
  void show() throws CommandFailure {
    out.print(EffectiveConfigPrinter.print(load().settings()));
    out.flush();
  }
}
