package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `percore workers`: a line for each worker slot.
@Command(name = "workers", description = "Lists the workers of the running server.")
final class WorkersCommand implements Callable<Integer> {
  private final Percore percore;

  @Option(names = "--json", description = "Prints the master's answer as it is.")
  private boolean json;

  WorkersCommand(Percore percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    String answer = ControlClient.of(percore.configuration().ofRunningServer()).get("/workers");
    PrintWriter out = percore.surroundings().out();
    if (json) {
      out.println(answer.strip());
      return ExitCode.OK.code();
    }
    WorkerTable table = new WorkerTable(percore.surroundings().clock().instant());
    for (JsonNode worker : Answers.parse(answer).path("workers")) {
      table.add(worker);
    }
    table.lines().forEach(out::println);
    return ExitCode.OK.code();
  }
}
