package dev.percore.worker.compute;

/// The states of a [ComputeLane], in their order; a lane never goes back.
public enum LaneState {
  /// Made, without a thread yet; refuses every task.
  NEW,
  /// Takes tasks and runs them.
  RUNNING,
  /// Refuses new tasks and has given up those that it had; the running one may not have noticed.
  CLOSED
}
