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

  private volatile boolean portable;
  private volatile Runnable recall = () -> {};
  private volatile @Nullable Abandonment abandoned;

  /// Wraps a task that is offered now.
  ///
  /// @param estimate how long it is expected to run
  /// @param portable whether it may be given to another worker
  LaneTask(
      ComputeTask task,
      long submittedNanos,
      TaskDeadline deadline,
      Duration estimate,
      boolean portable) {
    this.task = task;
    this.submittedNanos = submittedNanos;
    this.deadline = deadline;
    this.estimate = estimate;
    this.portable = portable;
  }

  boolean isPortable() {
    return portable;
  }

  /// It stays from now on.
  void pin() {
    portable = false;
  }

  /// Sets what tells the worker that has it that nobody waits for it any more.
  void onRecall(Runnable action) {
    recall = action;
  }

  void recall() {
    recall.run();
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
