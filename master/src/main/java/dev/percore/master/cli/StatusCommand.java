package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `percore status`: what the running master says about itself.
@Command(name = "status", description = "Tells whether the server runs, where and since when.")
final class StatusCommand implements Callable<Integer> {
  private final RootCommand percore;

  @Option(names = "--json", description = "Prints the master's answer as it is.")
  private boolean json;

  StatusCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure {
    String answer = ControlClient.of(percore.configuration().ofRunningServer()).get("/status");
    PrintWriter out = percore.surroundings().out();
    if (json) {
      out.println(answer.strip());
    } else {
      print(Answers.parse(answer), out);
    }
    return ExitCode.OK.code();
  }

  private static void print(JsonNode status, PrintWriter out) {
    out.println(
        "percore %s is %s, pid %s, since %s"
            .formatted(
                Answers.text(status, "version"),
                Answers.text(status, "state"),
                Answers.text(status, "pid"),
                Answers.text(status, "started")));
    out.println(
        "service  "
            + status
                .path("addresses")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.joining(", ")));
    String admin = Answers.text(status, "admin");
    if (!admin.isEmpty()) {
      out.println("admin    " + admin);
    }
    out.println(
        "workers  %s of %s ready"
            .formatted(
                Answers.text(status, "workers_ready"), Answers.text(status, "workers_wanted")));
    out.println("pool     " + Answers.text(status, "pool"));
    out.println("config   generation " + Answers.text(status, "generation"));
    JsonNode reload = status.path("reload");
    if (reload.isObject()) {
      out.println(
          "reload   %s, begun %s: %s"
              .formatted(
                  Answers.text(reload, "state"),
                  Answers.text(reload, "started"),
                  Answers.text(reload, "message")));
    }
  }
}
