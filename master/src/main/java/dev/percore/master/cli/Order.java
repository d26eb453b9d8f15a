package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.master.StopMode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What `-s` can ask the running server for; named as nginx names it.
enum Order {
  STOP,
  QUIT,
  RELOAD,
  REOPEN,
  UPGRADE;

  /// The order of that name.
  static Order of(String name) throws CommandFailure {
    Optional<Order> order = Arrays.stream(values()).filter(o -> o.word().equals(name)).findFirst();
    String all = Arrays.stream(values()).map(Order::word).collect(Collectors.joining(", "));
    return order.orElseThrow(
        () ->
            new CommandFailure(
                ExitCode.USAGE, "-s: found '%s', allowed: one of %s".formatted(name, all)));
  }

  /// Gives the order. A stop is not waited for; a reload and an upgrade are.
  ///
  /// @return how it came out
  ExitCode give(ServerConfig config, PrintWriter out) throws CommandFailure {
    ControlClient client = ControlClient.of(config);
    switch (this) {
      case STOP -> new StopRequest(StopMode.FAST).send(RunningMaster.find(config.runDir()), client);
      case QUIT ->
          new StopRequest(StopMode.GRACEFUL).send(RunningMaster.find(config.runDir()), client);
      case RELOAD -> {
        return outcome(Answers.parse(client.postAndWait("/reload")), out);
      }
      case REOPEN -> client.post("/reopen");
      case UPGRADE -> {
        return upgraded(Answers.parse(client.postAndWait("/upgrade")), out);
      }
    }
    return ExitCode.OK;
  }

  private static ExitCode outcome(JsonNode report, PrintWriter out) throws CommandFailure {
    String state = Answers.text(report, "state");
    String kept =
        report.path("kept").valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    if (!kept.isEmpty()) {
      out.println("percore: keeps its value until a restart or an upgrade: " + kept);
    }
    if (state.equals("succeeded")) {
      out.println(
          "percore: reloaded, generation %s: %s"
              .formatted(Answers.text(report, "generation"), Answers.text(report, "message")));
      return ExitCode.OK;
    }
    String problems =
        report
            .path("problems")
            .valueStream()
            .map(JsonNode::asString)
            .map(problem -> "\n" + problem)
            .collect(Collectors.joining());
    throw new CommandFailure(
        state.equals("invalid") ? ExitCode.CONFIGURATION : ExitCode.FAILURE,
        "reload %s: %s%s"
            .formatted(state.replace('_', ' '), Answers.text(report, "message"), problems));
  }

  private static ExitCode upgraded(JsonNode report, PrintWriter out) throws CommandFailure {
    String message = Answers.text(report, "message");
    if (!Answers.text(report, "state").equals("succeeded")) {
      throw new CommandFailure(ExitCode.FAILURE, "upgrade failed: " + message);
    }
    out.println(
        "percore: upgraded, the master is pid %s now".formatted(Answers.text(report, "pid")));
    return ExitCode.OK;
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
