package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/// `percore completion`: prints what the distribution ships as `completion/percore.bash`.
@Command(
    name = "completion",
    description = "Prints a completion script: source <(percore completion).")
final class CompletionCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("percore", RootCommand.commandLine(surroundings));
    surroundings.out().println(script);
    return ExitCode.OK.code();
  }
}
