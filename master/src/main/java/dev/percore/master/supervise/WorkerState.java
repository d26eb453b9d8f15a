package dev.percore.master.supervise;

/// A worker's life as its master sees it. Only steps forward are legal.
public enum WorkerState {
  /// Spawned; not yet known to accept connections.
  STARTING,
  /// Accepts connections.
  READY,
  /// Told to finish what is in flight and to exit.
  DRAINING,
  /// The process has ended and has been reaped.
  EXITED
}
