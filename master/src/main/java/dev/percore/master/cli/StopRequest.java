package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.master.StopMode;
import java.time.Duration;

/// A stop that is asked for from another process.
record StopRequest(StopMode mode) {
  /// The stop that `-s` names.
  static StopRequest ofSignal(String signal) throws CommandFailure {
    return switch (signal) {
      case "stop" -> new StopRequest(StopMode.FAST);
      case "quit" -> new StopRequest(StopMode.GRACEFUL);
      case "reload", "reopen", "upgrade" ->
          throw new CommandFailure(
              ExitCode.UNAVAILABLE,
              "-s %s is not available in this version, which knows stop and quit"
                  .formatted(signal));
      default ->
          throw new CommandFailure(
              ExitCode.USAGE, "-s: found '%s', allowed: stop or quit".formatted(signal));
    };
  }

  /// Asks the master to stop and does not wait. Java can send TERM to a process it has not
  /// started, so that works with a control socket that does not answer; QUIT it cannot send.
  void send(RunningMaster master, ControlClient client) throws CommandFailure {
    switch (mode) {
      case FAST -> master.terminate();
      case GRACEFUL -> client.post("/stop?mode=graceful");
    }
  }

  /// How long requests in flight may take.
  Duration limit(ServerConfig.Shutdown shutdown) {
    return switch (mode) {
      case FAST -> shutdown.fast();
      case GRACEFUL -> shutdown.graceful();
    };
  }
}
