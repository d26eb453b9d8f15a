package dev.percore.worker.compute;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The tasks of a lane: those that wait, and the one that runs.
///
/// Thread-safe. The lock is held for a few instructions and never while a task's code runs, so only
/// [#take] ever waits.
final class LaneQueue {
  private final AdmissionPolicy admission;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final ArrayDeque<LaneTask> waiting = new ArrayDeque<>();
  private Duration waitingEstimate = Duration.ZERO;
  private @Nullable LaneTask running;
  private long runningSinceNanos;
  private LaneState state = LaneState.NEW;

  LaneQueue(AdmissionPolicy admission, LongSupplier nanoClock) {
    this.admission = admission;
    this.nanoClock = nanoClock;
  }

  /// Opens the queue.
  ///
  /// @throws IllegalStateException when it was opened before, or closed
  void open() {
    lock.lock();
    try {
      if (state != LaneState.NEW) {
        throw new IllegalStateException(
            "a compute lane cannot go from " + state + " to " + LaneState.RUNNING);
      }
      state = LaneState.RUNNING;
    } finally {
      lock.unlock();
    }
  }

  /// Adds a task, or says why not.
  Optional<Submission.Refused> offer(LaneTask task) {
    lock.lock();
    try {
      if (state != LaneState.RUNNING) {
        return Optional.of(AdmissionPolicy.stopping(waiting.size()));
      }
      Optional<Submission.Refused> refusal = admission.refusal(load());
      if (refusal.isEmpty()) {
        waiting.add(task);
        waitingEstimate = waitingEstimate.plus(task.estimate());
        changed.signal();
      }
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a task and makes it the running one; null when there will be none any more. Only for
  /// the compute thread.
  @Nullable LaneTask take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && state == LaneState.RUNNING) {
        changed.awaitUninterruptibly();
      }
      running = waiting.poll();
      if (running != null) {
        waitingEstimate = waitingEstimate.minus(running.estimate());
        runningSinceNanos = nanoClock.getAsLong();
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  /// Nothing runs any more. Only for the compute thread.
  void release() {
    lock.lock();
    try {
      running = null;
    } finally {
      lock.unlock();
    }
  }

  /// Takes a waiting task out; false when it does not wait (any more).
  boolean remove(LaneTask task) {
    lock.lock();
    try {
      boolean removed = waiting.remove(task);
      if (removed) {
        waitingEstimate = waitingEstimate.minus(task.estimate());
      }
      return removed;
    } finally {
      lock.unlock();
    }
  }

  /// Takes out the waiting tasks whose deadline has passed. All have the same time, so they wait in
  /// the order of their deadlines.
  List<LaneTask> removeOverdue(long nowNanos) {
    lock.lock();
    try {
      List<LaneTask> overdue = new ArrayList<>();
      for (LaneTask next = waiting.peek();
          next != null && next.deadline().hasPassed(nowNanos);
          next = waiting.peek()) {
        waiting.remove();
        waitingEstimate = waitingEstimate.minus(next.estimate());
        overdue.add(next);
      }
      return overdue;
    } finally {
      lock.unlock();
    }
  }

  /// Refuses from now on and takes out what waits.
  List<LaneTask> close() {
    lock.lock();
    try {
      state = LaneState.CLOSED;
      changed.signal();
      List<LaneTask> left = new ArrayList<>(waiting);
      waiting.clear();
      waitingEstimate = Duration.ZERO;
      return left;
    } finally {
      lock.unlock();
    }
  }

  int waitingCount() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  @Nullable LaneTask running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  private AdmissionPolicy.Load load() {
    LaneTask current = running;
    if (current == null) {
      return new AdmissionPolicy.Load(waiting.size(), waitingEstimate, 0, Duration.ZERO);
    }
    long now = nanoClock.getAsLong();
    Duration remaining =
        AdmissionPolicy.remaining(
            current.estimate(),
            Duration.ofNanos(now - runningSinceNanos),
            Duration.ofNanos(current.deadline().remainingNanos(now)));
    return new AdmissionPolicy.Load(waiting.size(), waitingEstimate, 1, remaining);
  }
}
