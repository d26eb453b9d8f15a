package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `percore dump`: what the threads of a worker are doing. The master asks the worker, so that it
/// also works where the worker runs as another user.
@Command(
    name = "dump",
    description = "Prints the threads of a worker, or of all, with their stacks.")
final class DumpCommand implements Callable<Integer> {
  private static final String ALL = "all";

  private final RootCommand percore;

  @Parameters(
      arity = "0..1",
      paramLabel = "SLOT",
      defaultValue = ALL,
      description = "The number of the worker's slot, or all, which is the default.")
  private String slot = ALL;

  @Option(names = "--heap", description = "Prints also what the heap is full of.")
  private boolean heap;

  DumpCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (!slot.matches("\\d{1,4}|" + ALL)) {
      throw new CommandFailure(
          ExitCode.USAGE, "SLOT: found '%s', allowed: a number, or all".formatted(slot));
    }
    ControlClient master = ControlClient.of(percore.configuration().ofRunningServer());
    PrintWriter out = percore.surroundings().out();
    List<CommandFailure> failures = new ArrayList<>();
    for (String each : slot.equals(ALL) ? slots(master) : List.of(slot)) {
      try {
        out.println(master.post("/workers/" + each + "/dump" + (heap ? "?heap" : "")).strip());
        out.println();
      } catch (CommandFailure failure) {
        failures.add(failure); // of the others something may be had
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return ExitCode.OK.code();
  }

  private static List<String> slots(ControlClient master) throws CommandFailure {
    List<String> slots = new ArrayList<>();
    for (JsonNode worker : Answers.parse(master.get("/workers")).path("workers")) {
      slots.add(Answers.text(worker, "slot"));
    }
    return slots;
  }
}
