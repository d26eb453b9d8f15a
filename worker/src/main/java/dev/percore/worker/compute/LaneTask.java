package dev.percore.worker.compute;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// A task inside of the lane: with its deadline, and as the context that the running function sees.
final class LaneTask implements ComputeContext {
  private final ComputeTask task;
  private final long submittedNanos;
  private final TaskDeadline deadline;
  private final Duration estimate;

  private volatile @Nullable Abandonment abandoned;

  /// Wraps a task that is offered now.
  ///
  /// @param estimate how long it is expected to run
  LaneTask(ComputeTask task, long submittedNanos, TaskDeadline deadline, Duration estimate) {
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

  TaskDeadline deadline() {
    return deadline;
  }

  Duration estimate() {
    return estimate;
  }

  /// Asks the function to stop, from any thread. The first reason stays.
  ///
  /// @return whether this is the first
  synchronized boolean abandon(Abandonment why) {
    boolean first = abandoned == null;
    if (first) {
      abandoned = why;
    }
    return first;
  }

  /// Why the function was asked to stop, or null if it was not asked.
  @Nullable Abandonment abandonment() {
    return abandoned;
  }

  @Override
  public boolean isCancelled() {
    return abandoned != null;
  }

  @Override
  public void checkCancelled() {
    if (isCancelled()) {
      throw new CancellationException("the answer is no longer wanted");
    }
  }
}
