package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `percore workers`: a line for each worker slot, or for each worker that has ended.
@Command(
    name = "workers",
    description = "Lists the workers of the running server, or changes their number.")
final class WorkersCommand implements Callable<Integer> {
  private final RootCommand percore;

  @Option(
      names = "--history",
      description = "Lists the workers that have ended, the latest last, and why they did.")
  private boolean history;

  @Option(names = "--json", description = "Prints the master's answer as it is.")
  private boolean json;

  WorkersCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Command(name = "add", description = "Adds a worker, until the next reload.")
  int add() throws CommandFailure {
    return change("added", "/workers/add");
  }

  @Command(
      name = "remove",
      description = "Takes a worker away, the last one unless a slot is named.")
  int remove(@Parameters(paramLabel = "SLOT", arity = "0..1") @Nullable Integer slot)
      throws CommandFailure {
    return change("removed", "/workers/remove" + (slot == null ? "" : "?slot=" + slot));
  }

  @Command(name = "restart", description = "Replaces the worker of a slot by a new one.")
  int restart(@Parameters(paramLabel = "SLOT") int slot) throws CommandFailure {
    return change("is replaced", "/workers/restart?slot=" + slot);
  }

  @Command(
      name = "drain",
      description = "Drains all workers and keeps the master, until a reload or an added worker.")
  int drain() throws CommandFailure {
    var _ = ControlClient.of(percore.configuration().ofRunningServer()).post("/workers/drain");
    percore.surroundings().out().println("percore: all workers drain");
    return ExitCode.OK.code();
  }

  private int change(String done, String target) throws CommandFailure {
    String answer = ControlClient.of(percore.configuration().ofRunningServer()).post(target);
    percore
        .surroundings()
        .out()
        .println(
            "percore: worker %s %s".formatted(Answers.text(Answers.parse(answer), "slot"), done));
    return ExitCode.OK.code();
  }

  @Override
  public Integer call() throws CommandFailure {
    String answer =
        ControlClient.of(percore.configuration().ofRunningServer())
            .get(history ? "/workers/history" : "/workers");
    PrintWriter out = percore.surroundings().out();
    if (json) {
      out.println(answer.strip());
      return ExitCode.OK.code();
    }
    (history ? history(answer) : workers(answer)).forEach(out::println);
    return ExitCode.OK.code();
  }

  private List<String> workers(String answer) throws CommandFailure {
    WorkerTable table = new WorkerTable(percore.surroundings().clock().instant());
    for (JsonNode worker : Answers.parse(answer).path("workers")) {
      table.add(worker);
    }
    return table.lines();
  }

  private static List<String> history(String answer) throws CommandFailure {
    TextTable table =
        new TextTable("TIME", "SLOT", "PID", "GEN", "LIVED", "VERDICT", "EXIT", "REASON", "BUNDLE");
    for (JsonNode end : Answers.parse(answer).path("ends")) {
      table.add(
          List.of(
              Answers.text(end, "time"),
              Answers.text(end, "slot"),
              Answers.text(end, "pid"),
              Answers.text(end, "generation"),
              Answers.text(end, "lifetime_seconds") + "s",
              Answers.text(end, "verdict"),
              Answers.text(end, "exit"),
              Answers.text(end, "reason"),
              Answers.text(end, "bundle")));
    }
    return table.lines();
  }
}
