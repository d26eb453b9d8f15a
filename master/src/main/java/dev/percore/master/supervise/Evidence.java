package dev.percore.master.supervise;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Secures what a worker can still tell, before it is killed.
@FunctionalInterface
public interface Evidence {

  /// Secures nothing.
  Evidence NONE = (_, _) -> CompletableFuture.completedFuture(null);

  /// The supervisor is about to kill a worker, and does so when the stage completes: on the
  /// master's event loop, after some seconds at the latest.
  ///
  /// @param reason what the worker is killed for
  CompletionStage<?> beforeKill(WorkerProcess worker, String reason);
}
