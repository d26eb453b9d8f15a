package dev.percore.worker.handoff;

import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.http.Reply;
import java.util.Optional;

/// Makes tasks of calls that another worker has accepted.
@FunctionalInterface
public interface Calls {

  /// The task of a call; empty if the call is answered already, as wrong. On the event loop.
  ///
  /// @param reply where the outcome goes
  Optional<ComputeTask> task(Call call, Reply reply);
}
