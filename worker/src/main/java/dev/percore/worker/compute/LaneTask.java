package dev.percore.worker.compute;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A task inside of the lane: with its deadline, and as the context that the running function sees.
final class LaneTask implements ComputeContext {
  private final ComputeTask task;
  private final ClientName client;
  private final long submittedNanos;
  private final TaskDeadline deadline;
  private final long estimateNanos;
  private final boolean isShort;
  private final AtomicBoolean slow = new AtomicBoolean();

  // Guarded by the lock of the queue.
  private long sequence;
  private long chargedNanos;

  private volatile boolean portable;
  private volatile boolean ran;
  private volatile Runnable recall = () -> {};
  private volatile @Nullable Abandonment abandoned;
  private volatile long startedNanos;

  /// Wraps a task that is offered now.
  ///
  /// @param estimate how long it is expected to run
  /// @param isShort whether it is taken for a short one ([ShortTasks])
  /// @param portable whether it may be given to another worker
  LaneTask(
      ComputeTask task,
      long submittedNanos,
      TaskDeadline deadline,
      Duration estimate,
      boolean isShort,
      boolean portable) {
    this.task = task;
    this.client = task.client();
    this.submittedNanos = submittedNanos;
    this.deadline = deadline;
    this.estimateNanos = estimate.toNanos();
    this.isShort = isShort;
    this.portable = portable;
  }

  /// What was offered.
  ComputeTask task() {
    return task;
  }

  /// Its function has returned, and it has answered.
  void ran() {
    ran = true;
  }

  boolean hasRun() {
    return ran;
  }

  /// Whether it was taken for a short one when it was offered.
  boolean isShort() {
    return isShort;
  }

  boolean isPortable() {
    return portable;
  }

  /// It stays from now on. Not while it waits.
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

  ClientName client() {
    return client;
  }

  /// When it was offered, by [System#nanoTime].
  long submittedNanos() {
    return submittedNanos;
  }

  /// When its answer is due.
  TaskDeadline deadline() {
    return deadline;
  }

  /// How long it is expected to run; 0 if nothing is known.
  Duration estimate() {
    return Duration.ofNanos(estimateNanos);
  }

  long estimateNanos() {
    return estimateNanos;
  }

  long sequence() {
    return sequence;
  }

  void setSequence(long value) {
    sequence = value;
  }

  long chargedNanos() {
    return chargedNanos;
  }

  void setChargedNanos(long value) {
    chargedNanos = value;
  }

  /// When it got onto the thread. Only for a task that has.
  long startedNanos() {
    return startedNanos;
  }

  void started(long nowNanos) {
    startedNanos = nowNanos;
  }

  /// Notes that it is slow.
  ///
  /// @return whether this is the first time
  boolean noteSlow() {
    return slow.compareAndSet(false, true);
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
