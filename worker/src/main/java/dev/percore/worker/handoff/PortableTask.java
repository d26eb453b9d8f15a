package dev.percore.worker.handoff;

import dev.percore.worker.api.Response;
import dev.percore.worker.compute.ComputeTask;

/// A task that another worker may run in this one's place.
public interface PortableTask extends ComputeTask {

  /// What the other worker needs. Any thread.
  Call call();

  /// Takes the outcome that the other worker has sent. Any thread.
  void respond(Response response);
}
