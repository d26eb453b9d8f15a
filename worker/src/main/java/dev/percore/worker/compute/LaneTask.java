package dev.percore.worker.compute;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// A task inside of the lane: with its deadline, and as the context that the running function sees.
final class LaneTask implements ComputeContext {
  // Reading the clock costs as much as a hundred additions, so not every poll does.
  private static final int POLLS_PER_CLOCK_READING = 4;

  private final ComputeLane lane;
  private final ComputeTask task;
  private final long submittedNanos;
  private final Deadline deadline;
  private final Duration estimate;

  /// Set by any thread; stays null for a deadline that passes while the task runs.
  private volatile @Nullable Abandonment abandoned;

  // Only for the compute thread.
  private int polls;
  private boolean expired;

  /// Wraps a task that is offered now.
  ///
  /// @param estimate how long it is expected to run
  LaneTask(
      ComputeLane lane,
      ComputeTask task,
      long submittedNanos,
      Deadline deadline,
      Duration estimate) {
    this.lane = lane;
    this.task = task;
    this.submittedNanos = submittedNanos;
    this.deadline = deadline;
    this.estimate = estimate;
  }

  ComputeTask task() {
    return task;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  Deadline deadline() {
    return deadline;
  }

  Duration estimate() {
    return estimate;
  }

  /// Asks the function to stop, from any thread. The first reason stays.
  synchronized void abandon(Abandonment why) {
    if (abandoned == null) {
      abandoned = why;
    }
  }

  /// Why the function was asked to stop, or null if it was not asked. Only for the compute thread.
  @Nullable Abandonment abandonment() {
    return expired ? Abandonment.EXPIRED : abandoned;
  }

  @Override
  public boolean isCancelled() {
    if (expired || abandoned != null) {
      return true;
    }
    // A function that polls but does not heed the answer makes no progress: hence only here.
    lane.advance();
    if (polls++ % POLLS_PER_CLOCK_READING == 0) {
      expired = deadline.hasPassed(lane.nanoTime());
    }
    return expired;
  }

  @Override
  public void checkCancelled() {
    if (isCancelled()) {
      throw new CancellationException("the answer is no longer wanted");
    }
  }
}
