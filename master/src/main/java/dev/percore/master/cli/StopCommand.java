package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.master.StopMode;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `percore stop`: asks the running server to stop and waits until it has.
@Command(name = "stop", description = "Stops the running server and waits until it has ended.")
final class StopCommand implements Callable<Integer> {
  /// What the master itself may need after the time that requests in flight are given.
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final RootCommand percore;

  @Option(
      names = "--graceful",
      description = "Gives requests in flight shutdown.graceful, in place of shutdown.fast.")
  private boolean graceful;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait, such as 30s; by default 5s longer than the setting says.")
  private @Nullable Duration timeout;

  StopCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    ServerConfig config = percore.configuration().ofRunningServer();
    StopRequest stop = new StopRequest(graceful ? StopMode.GRACEFUL : StopMode.FAST);
    RunningMaster master = RunningMaster.find(config.runDir());
    stop.send(master, ControlClient.of(config));
    Duration wait = timeout != null ? timeout : stop.limit(config.shutdown()).plus(MARGIN);
    if (!master.awaitEnd(wait)) {
      throw new CommandFailure(
          ExitCode.UNRESPONSIVE,
          "the master, pid %d, has been told to stop and still runs after %d ms"
              .formatted(master.pid(), wait.toMillis()));
    }
    percore
        .surroundings()
        .out()
        .println("percore: the master, pid %d, has stopped".formatted(master.pid()));
    return ExitCode.OK.code();
  }
}
