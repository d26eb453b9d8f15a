package dev.percore.worker.compute;

import org.jspecify.annotations.Nullable;

/// A task that waited in a lane and now is with another worker. It stays the lane's: the lane keeps
/// its deadline and hears of its client. Thread-safe; of all its ends only the first counts.
public final class AwayTask {
  private final ComputeLane lane;
  private final LaneTask task;
  private final long givenNanos;
  private @Nullable Runnable recall;
  private boolean recalled;

  AwayTask(ComputeLane lane, LaneTask task, long givenNanos) {
    this.lane = lane;
    this.task = task;
    this.givenNanos = givenNanos;
    task.onRecall(this::recall);
  }

  public ComputeTask task() {
    return task.task();
  }

  /// Time until the deadline when the task was given away, in nanoseconds; above 0.
  public long remainingNanos() {
    return task.deadline().remainingNanos(givenNanos);
  }

  /// How long it had waited then, in nanoseconds.
  public long queuedNanos() {
    return givenNanos - task.submittedNanos();
  }

  /// Runs the action when nobody waits for the task any more; at once if that is so already.
  public void onRecall(Runnable action) {
    synchronized (this) {
      if (!recalled) {
        recall = action;
        return;
      }
    }
    action.run();
  }

  /// The other worker has an outcome.
  ///
  /// @return whether it is still wanted; the caller answers then
  public boolean end() {
    return lane.ended(task);
  }

  /// The other worker has not run it and will not: it waits here again, at its old place.
  ///
  /// @param stays whether it does not leave another time
  public void putBack(boolean stays) {
    lane.putBack(task, stays);
  }

  /// The other worker died and may have begun it: it gets one more try here if it may be run twice,
  /// and otherwise ends.
  ///
  /// @return whether it gets one
  public boolean lost() {
    return lane.lost(task);
  }

  private void recall() {
    Runnable action;
    synchronized (this) {
      recalled = true;
      action = recall;
      recall = null;
    }
    if (action != null) {
      action.run();
    }
  }
}
