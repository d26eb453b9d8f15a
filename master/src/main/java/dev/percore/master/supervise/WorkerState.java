package dev.percore.master.supervise;

/// A worker's life as its master sees it. Only steps forward are legal.
public enum WorkerState {
  /// Spawned; builds itself and rehearses.
  STARTING,
  /// Warm; waits until it may take its slot.
  PREPARED,
  /// Accepts connections.
  READY,
  /// Told to finish what is in flight and to exit.
  DRAINING,
  /// The process has ended and has been reaped.
  EXITED
}
