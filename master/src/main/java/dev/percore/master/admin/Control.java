package dev.percore.master.admin;

import dev.percore.master.StopMode;
import dev.percore.master.reload.ReloadReport;
import dev.percore.master.upgrade.UpgradeReport;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.shared.PoisonTable;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// What the owner can have the master do. Each has a signal or a command of the command line.
/// Confined to the master's event loop.
public interface Control {

  /// Something cannot be done now; the message says why.
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
      super(message);
    }
  }

  /// Stops the server.
  void stop(StopMode mode);

  /// Reads the configuration again and replaces all workers.
  ///
  /// @return completes on the event loop when that is over
  CompletionStage<ReloadReport> reload() throws RefusedException;

  /// Has a new master of the build that is installed now take over.
  ///
  /// @return completes on the event loop when it serves, or has failed
  CompletionStage<UpgradeReport> upgrade() throws RefusedException;

  /// Has the pool take work, or none.
  void usePool(PoolState state);

  /// Waits until all work is done that was accepted before the pool was closed.
  ///
  /// @return completes on the event loop
  CompletionStage<Void> joinPool() throws RefusedException;

  /// The calls at which workers have died of late.
  List<PoisonTable.Entry> poison();

  /// Forgets such a call, so that it is computed again.
  ///
  /// @return whether it was known
  boolean forgetPoison(long fingerprint);

  /// Closes and opens all log files.
  void reopenLogs();

  /// Drains all workers and starts none until a reload, or until one is added.
  void drainWorkers();

  /// Adds a worker.
  ///
  /// @return its slot
  int addWorker() throws RefusedException;

  /// Takes the worker of the last slot away.
  ///
  /// @return its slot
  int removeWorker() throws RefusedException;

  /// Takes the worker of a slot away.
  void removeWorker(int slot) throws RefusedException;

  /// Replaces the worker of a slot.
  void restartWorker(int slot) throws RefusedException;
}
