package dev.percore.master.cli;

import dev.percore.master.Origin;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `percore run`: becomes the master.
@Command(name = "run", description = "Runs the server in the foreground.")
final class RunCommand implements Callable<Integer> {
  private final RootCommand percore;

  @Option(
      names = "--succeed",
      hidden = true, // for a master that starts its successor
      description = "Where the running master waits.")
  private @Nullable Path predecessor;

  @Option(
      names = "--until-stdin-ends",
      description =
          "Stops, as by TERM, when the standard input ends: for a program that starts a server of"
              + " its own and holds the other end of the pipe, so that the server ends with it.")
  private boolean untilStdinEnds;

  RunCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    return percore.run(new Origin(Optional.ofNullable(predecessor), untilStdinEnds));
  }
}
