package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import java.time.Duration;

/// The two ways to stop a server, by their names on the control socket.
enum StopRequest {
  /// Requests in flight get `shutdown.fast`: what TERM does.
  FAST,
  /// Requests in flight get `shutdown.graceful`: what QUIT does.
  GRACEFUL;

  /// The stop that `-s` names.
  static StopRequest ofSignal(String signal) throws CommandFailure {
    return switch (signal) {
      case "stop" -> FAST;
      case "quit" -> GRACEFUL;
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
  void request(RunningMaster master, ControlClient client) throws CommandFailure {
    switch (this) {
      case FAST -> master.terminate();
      case GRACEFUL -> client.post("/stop?mode=graceful");
    }
  }

  /// How long requests in flight may take.
  Duration limit(ServerConfig.Shutdown shutdown) {
    return switch (this) {
      case FAST -> shutdown.fast();
      case GRACEFUL -> shutdown.graceful();
    };
  }
}
