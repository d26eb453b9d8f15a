package dev.percore.worker.compute;

import org.jspecify.annotations.Nullable;

/// Decides which waiting tasks are worth the way to another worker and back. Pure.
final class MoveRule {
  /// What the lane must be behind by.
  private static final long WORTH_NANOS = 300_000;

  /// What a task that moves must have left until its deadline.
  private static final long REMAINING_NANOS_MINIMUM = 5_000_000;

  /// A task of which nothing is known tells by that time that it is no short one.
  private static final long TELLING_NANOS = 5_000_000;

  private MoveRule() {}

  /// Whether a waiting task may move.
  ///
  /// @param running what is on the thread
  /// @param heldUp whether also short ones may ([#isHeldUp])
  /// @param waiting how many wait, this one included
  /// @param waitingNanos how long these are expected to run, all together
  static boolean allows(
      LaneTask task,
      @Nullable LaneTask running,
      boolean heldUp,
      int waiting,
      long waitingNanos,
      long nowNanos) {
    return task.isPortable()
        && !task.isCancelled()
        && (!task.isShort() || heldUp)
        && task.deadline().remainingNanos(nowNanos) > REMAINING_NANOS_MINIMUM
        && isWorth(task, running, waiting, waitingNanos, nowNanos);
  }

  /// Whether the lane is with a task that may take long, so that even short ones are worth the way,
  /// which costs more than they do. A short one that stays for long has lost its core, or is none.
  /// If the last one was long, so may be those behind it that were taken for short.
  ///
  /// @param running what is on the thread
  /// @param lastWasShort whether the one before it was short
  /// @param nowNanos by [System#nanoTime]
  static boolean isHeldUp(@Nullable LaneTask running, boolean lastWasShort, long nowNanos) {
    return running != null
        && !running.hasRun()
        && (!running.isShort()
            || !lastWasShort
            || nowNanos - running.startedNanos() >= TELLING_NANOS);
  }

  // What is ahead of the last one that waits is what the lane is behind by. Where nothing is known
  // of the tasks, the time that one has waited already tells how slow things go.
  private static boolean isWorth(
      LaneTask task, @Nullable LaneTask running, int waiting, long waitingNanos, long nowNanos) {
    // One that has answered leaves the thread in a moment; its client's next call is not to move
    // for that.
    LaneTask current = running == null || running.hasRun() ? null : running;
    if (current == null && waiting < 2) {
      return false; // it is about to be run
    }
    long ahead = waitingNanos - task.estimateNanos();
    if (current != null) {
      long elapsed = nowNanos - current.startedNanos();
      long left = current.estimateNanos() - elapsed;
      if (left > 0) {
        ahead += left;
      } else if (elapsed >= TELLING_NANOS) {
        ahead += elapsed;
      }
    }
    return ahead >= WORTH_NANOS || nowNanos - task.submittedNanos() >= TELLING_NANOS;
  }
}
