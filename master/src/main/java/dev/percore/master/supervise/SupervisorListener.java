package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;

/// What the supervisor tells its owner. Called on the master's event loop.
public interface SupervisorListener {

  /// A worker process has been started; its end must be reported to [Supervisor#exited].
  void spawned(WorkerProcess worker);

  /// All workers are ready for the first time.
  void serving();

  /// A worker process has ended.
  void exited(WorkerProcess worker, WorkerExit exit);

  /// The first start failed: there will be no service. The supervisor has begun to stop.
  void startFailed(String reason);

  /// After a stop, or a failed start: no worker is left.
  void stopped();
}
