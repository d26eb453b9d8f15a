package dev.percore.master.supervise;

import java.io.IOException;

/// Starts worker processes.
@FunctionalInterface
public interface Launcher {

  /// A process that was started.
  interface Launched {
    long pid();

    /// Ends the process at once (SIGKILL). Does nothing when it has ended.
    void kill();
  }

  /// Starts the worker of a slot and does not wait for it.
  ///
  /// @throws IOException if no process could be created
  Launched launch(int slot, int generation) throws IOException;
}
