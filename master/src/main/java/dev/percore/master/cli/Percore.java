package dev.percore.master.cli;

import dev.percore.master.MasterMain;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// The first class of `bin/percore`.
public final class Percore {
  private Percore() {}

  /// Runs the command line and ends the process with its exit code.
  public static void main(String[] arguments) {
    Surroundings surroundings =
        new Surroundings(
            Path.of(System.getProperty("percore.home", "")).toAbsolutePath(),
            System.getenv(),
            Clock.systemUTC(),
            new PrintWriter(System.out, true, System.out.charset()),
            new PrintWriter(System.err, true, System.err.charset()),
            MasterMain::run);
    System.exit(execute(surroundings, arguments));
  }

  /// Runs a command line and returns its exit code.
  static int execute(Surroundings surroundings, String... arguments) {
    Optional<PlainRun> run = PlainRun.of(arguments);
    return run.isPresent()
        ? run.get().execute(surroundings)
        : RootCommand.commandLine(surroundings).execute(arguments);
  }
}
