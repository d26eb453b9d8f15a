package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/// Starts worker processes.
@FunctionalInterface
public interface Launcher {

  /// A process that was started.
  interface Launched {
    long pid();

    /// Ends the process at once (SIGKILL). Does nothing when it has ended.
    void kill();

    /// Completes when the process has ended and has been reaped, on any thread.
    CompletionStage<WorkerExit> onExit();
  }

  /// Starts a worker for a slot and does not wait for it.
  ///
  /// @param besideOthers whether there are others that serve, from which its start is to take as
  ///     little as it can
  /// @throws IOException if no process could be created
  Launched launch(int slot, Generation generation, boolean besideOthers) throws IOException;
}
