package dev.percore.master.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `percore run`: becomes the master.
@Command(name = "run", description = "Runs the server in the foreground.")
final class RunCommand implements Callable<Integer> {
  private final Percore percore;

  @Option(
      names = "--succeed",
      hidden = true, // for a master that starts its successor
      description = "Where the running master waits.")
  private @Nullable Path predecessor;

  RunCommand(Percore percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    return percore.run(Optional.ofNullable(predecessor));
  }
}
