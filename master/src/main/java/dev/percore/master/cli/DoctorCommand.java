package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.master.doctor.Doctor;
import dev.percore.master.doctor.Finding;
import dev.percore.master.doctor.Finding.Level;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `percore doctor`: what in the machine and the settings will make trouble, and what mends it.
@Command(
    name = "doctor",
    description = {
      "Looks for what in the machine, the container or the settings will make trouble.",
      "Exits with 0 if nothing is worse than a note, otherwise with 1. Run it as the user who"
          + " starts the server."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String INDENT = " ".repeat(9);

  private final RootCommand percore;

  @Option(names = "--json", description = "Prints the findings as JSON.")
  private boolean json;

  DoctorCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    Surroundings surroundings = percore.surroundings();
    ServerConfig config = percore.configuration().load().config();
    List<Finding> findings =
        Doctor.examine(
            config,
            surroundings.home(),
            surroundings.environment(),
            surroundings.clock(),
            runningMaster(config.runDir()));
    Level worst =
        findings.stream().map(Finding::level).max(Comparator.naturalOrder()).orElse(Level.OK);
    if (json) {
      printJson(findings, worst, surroundings.out());
    } else {
      printText(findings, surroundings.out());
    }
    return (worst.compareTo(Level.NOTE) > 0 ? ExitCode.FAILURE : ExitCode.OK).code();
  }

  private static OptionalLong runningMaster(Path runDir) {
    try {
      return OptionalLong.of(RunningMaster.find(runDir).pid());
    } catch (CommandFailure notRunning) {
      return OptionalLong.empty();
    }
  }

  private static void printText(List<Finding> findings, PrintWriter out) {
    for (Finding finding : findings) {
      out.println("%-8s %s: %s".formatted(finding.level().word(), finding.id(), finding.found()));
      if (!finding.advice().isEmpty()) {
        out.println(INDENT + finding.advice() + ".");
      }
      if (!finding.command().isEmpty()) {
        out.println(INDENT + "> " + finding.command());
      }
    }
    out.println(
        "percore: %d problems, %d warnings, %d notes"
            .formatted(
                count(findings, Level.PROBLEM),
                count(findings, Level.WARNING),
                count(findings, Level.NOTE)));
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  private static void printJson(List<Finding> findings, Level worst, PrintWriter out) {
    List<Map<String, String>> all = findings.stream().map(DoctorCommand::fields).toList();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("worst", worst.word());
    answer.put("findings", all);
    out.println(JSON.writeValueAsString(answer));
  }

  private static Map<String, String> fields(Finding finding) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("id", finding.id());
    fields.put("level", finding.level().word());
    fields.put("found", finding.found());
    fields.put("advice", finding.advice());
    fields.put("command", finding.command());
    return fields;
  }
}
