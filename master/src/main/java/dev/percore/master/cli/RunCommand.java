package dev.percore.master.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `percore run`: becomes the master.
@Command(name = "run", description = "Runs the server in the foreground.")
final class RunCommand implements Callable<Integer> {
  private final Percore percore;

  RunCommand(Percore percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    return percore.run();
  }
}
