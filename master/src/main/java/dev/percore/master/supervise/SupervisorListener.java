package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;

/// What the supervisor tells its owner. Called on the master's event loop.
public interface SupervisorListener {

  /// There is a slot that was not there before.
  void slotAdded(Slot slot);

  /// A worker process has been started; its end must be reported to [Supervisor#exited].
  void spawned(WorkerProcess worker);

  /// No process could be created for a slot.
  void notSpawned(int slot, Generation generation, String reason);

  /// A worker may take connections from the sockets of a slot, its own or another one: lend
  /// them to it.
  void lend(int slot, WorkerProcess worker);

  /// All workers are ready for the first time.
  void serving();

  /// A worker process has ended.
  void exited(WorkerProcess worker, WorkerExit exit);

  /// The first start failed: there will be no service. The supervisor has begun to stop.
  void startFailed(String reason);

  /// After a stop, or a failed start: no worker is left.
  void stopped();
}
