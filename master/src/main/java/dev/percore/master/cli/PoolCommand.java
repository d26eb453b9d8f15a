package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import picocli.CommandLine.Command;

/// `percore pool`: what Python's `multiprocessing.Pool` can be told.
@Command(
    name = "pool",
    description = "Has the running server take no more work, and waits until it has none.",
    synopsisSubcommandLabel = "COMMAND")
final class PoolCommand {
  private final RootCommand percore;

  PoolCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Command(
      name = "close",
      description = "Refuses calls, maps and jobs from now on; finishes those accepted before.")
  int close() throws CommandFailure {
    return use("close", "closed");
  }

  @Command(
      name = "terminate",
      description = "Refuses calls, maps and jobs from now on; gives up those accepted before.")
  int terminate() throws CommandFailure {
    return use("terminate", "terminated");
  }

  @Command(name = "open", description = "Takes calls, maps and jobs again.")
  int open() throws CommandFailure {
    return use("open", "open");
  }

  @Command(
      name = "join",
      description = "Waits until a pool that was closed or terminated has no work left.")
  int join() throws CommandFailure {
    var _ = client().postAndWait("/pool/join");
    percore.surroundings().out().println("percore: the pool has no work left");
    return ExitCode.OK.code();
  }

  private int use(String order, String done) throws CommandFailure {
    var _ = client().post("/pool/" + order);
    percore.surroundings().out().println("percore: the pool is " + done);
    return ExitCode.OK.code();
  }

  private ControlClient client() throws CommandFailure {
    return ControlClient.of(percore.configuration().ofRunningServer());
  }
}
