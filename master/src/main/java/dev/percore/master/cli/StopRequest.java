package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.StopMode;
import java.time.Duration;

/// A stop that is asked for from another process.
record StopRequest(StopMode mode) {
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
