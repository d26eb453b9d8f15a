package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `percore poison`: the calls at which workers have died.
@Command(
    name = "poison",
    description = "Lists the calls at which workers have died of late, or forgives one.")
final class PoisonCommand implements Callable<Integer> {
  private final RootCommand percore;

  @Option(names = "--json", description = "Prints the master's answer as it is.")
  private boolean json;

  PoisonCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    String answer = client().get("/poison");
    if (json) {
      percore.surroundings().out().println(answer.strip());
      return ExitCode.OK.code();
    }
    TextTable table =
        new TextTable(
            "FUNCTION", "FINGERPRINT", "DEATHS", "LAST-DEATH", "REFUSED-UNTIL", "REFUSALS");
    for (JsonNode call : Answers.parse(answer).path("calls")) {
      table.add(
          List.of(
              Answers.text(call, "function"),
              Answers.text(call, "fingerprint"),
              Answers.text(call, "deaths"),
              Answers.text(call, "last_death"),
              Answers.text(call, "refused_until"),
              Answers.text(call, "refusals")));
    }
    table.lines().forEach(percore.surroundings().out()::println);
    return ExitCode.OK.code();
  }

  @Command(name = "forget", description = "Has a call computed again, and its deaths not count.")
  int forget(
      @Parameters(paramLabel = "FINGERPRINT", description = "As it is listed.") String fingerprint)
      throws CommandFailure {
    if (!fingerprint.matches("[0-9a-f]{16}")) {
      throw new CommandFailure(
          ExitCode.USAGE, "FINGERPRINT: found '" + fingerprint + "', allowed: 16 hex digits");
    }
    var _ = client().post("/poison/forget?fingerprint=" + fingerprint);
    percore.surroundings().out().println("percore: " + fingerprint + " is forgiven");
    return ExitCode.OK.code();
  }

  private ControlClient client() throws CommandFailure {
    return ControlClient.of(percore.configuration().ofRunningServer());
  }
}
