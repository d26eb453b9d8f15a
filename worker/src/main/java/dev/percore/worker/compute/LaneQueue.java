package dev.percore.worker.compute;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private int portable;
  private final Set<LaneTask> away = new LinkedHashSet<>();
  private LoadListener listener = LoadListener.NONE;

  LaneQueue(AdmissionPolicy admission, LongSupplier nanoClock) {
    this.admission = admission;
    this.nanoClock = nanoClock;
  }

  /// Sets who learns of each change, and tells it how things are.
  void listen(LoadListener receiver) {
    lock.lock();
    try {
      listener = receiver;
      publish();
    } finally {
      lock.unlock();
    }
  }

  // To be called after each change, with the lock held.
  private void publish() {
    listener.changed(
        state == LaneState.RUNNING,
        running != null || !waiting.isEmpty(),
        portable,
        waitingEstimate.toNanos());
  }

  private void added(LaneTask task) {
    waitingEstimate = waitingEstimate.plus(task.estimate());
    portable += task.isPortable() ? 1 : 0;
  }

  private void removed(LaneTask task) {
    waitingEstimate = waitingEstimate.minus(task.estimate());
    portable -= task.isPortable() ? 1 : 0;
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
      publish();
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
        added(task);
        changed.signal();
        publish();
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
        removed(running);
        runningSinceNanos = nanoClock.getAsLong();
        publish();
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
      publish();
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
        removed(task);
        publish();
      }
      return removed;
    } finally {
      lock.unlock();
    }
  }

  /// Takes out the waiting tasks whose deadline has passed.
  List<LaneTask> removeOverdue(long nowNanos) {
    lock.lock();
    try {
      List<LaneTask> overdue = new ArrayList<>();
      for (LaneTask each : waiting) {
        if (each.deadline().hasPassed(nowNanos)) {
          overdue.add(each);
        }
      }
      if (!overdue.isEmpty()) {
        waiting.removeAll(overdue);
        overdue.forEach(this::removed);
        publish();
      }
      return overdue;
    } finally {
      lock.unlock();
    }
  }

  /// Adds a task of another worker, beside what admission allows: it came because this lane had
  /// nothing to do.
  ///
  /// @return false if the lane is not at work
  boolean adopt(LaneTask task) {
    lock.lock();
    try {
      if (state != LaneState.RUNNING) {
        return false;
      }
      waiting.add(task);
      added(task);
      changed.signal();
      publish();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Takes out the first waiting task that another worker could run, if it would wait here for so
  /// long that it is worth the way. It counts as away until it is forgotten.
  @Nullable LaneTask giveAway(Duration worth, Duration remainingMinimum) {
    lock.lock();
    try {
      if (portable == 0) {
        return null;
      }
      long now = nanoClock.getAsLong();
      for (LaneTask each : waiting) {
        if (each.isPortable()
            && !each.isCancelled()
            && each.deadline().remainingNanos(now) > remainingMinimum.toNanos()) {
          if (!isWorth(each, worth, now)) {
            return null;
          }
          waiting.remove(each);
          removed(each);
          away.add(each);
          publish();
          return each;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  // What is ahead of the last one that waits is what the lane is behind by. Where nothing is known
  // of the tasks, the time that one has waited already tells how slow things go.
  private boolean isWorth(LaneTask candidate, Duration worth, long now) {
    if (running == null && waiting.size() < 2) {
      return false; // it is about to be run
    }
    LaneTask current = running;
    Duration ahead = waitingEstimate.minus(candidate.estimate());
    if (current != null) {
      Duration elapsed = Duration.ofNanos(now - runningSinceNanos);
      boolean known = current.estimate().compareTo(elapsed) > 0;
      ahead = ahead.plus(known ? current.estimate().minus(elapsed) : elapsed);
    }
    return ahead.compareTo(worth) >= 0 || now - candidate.submittedNanos() >= worth.toNanos();
  }

  /// Whether [#giveAway] would find a task.
  boolean hasToGive(Duration worth, Duration remainingMinimum) {
    lock.lock();
    try {
      if (portable == 0) {
        return false;
      }
      long now = nanoClock.getAsLong();
      for (LaneTask each : waiting) {
        if (each.isPortable()
            && !each.isCancelled()
            && each.deadline().remainingNanos(now) > remainingMinimum.toNanos()) {
          return isWorth(each, worth, now);
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// A task is no longer away.
  ///
  /// @return whether it was
  boolean forget(LaneTask task) {
    lock.lock();
    try {
      return away.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /// A task that is away waits again, before all others, and stays.
  Back putBack(LaneTask task) {
    lock.lock();
    try {
      if (!away.remove(task)) {
        return Back.GIVEN_UP;
      }
      if (state != LaneState.RUNNING) {
        return Back.CLOSED;
      }
      task.pin();
      waiting.addFirst(task);
      added(task);
      changed.signal();
      publish();
      return Back.WAITS;
    } finally {
      lock.unlock();
    }
  }

  /// What became of a task that came back.
  enum Back {
    /// It waits.
    WAITS,
    /// Nobody wanted it any more.
    GIVEN_UP,
    /// The lane is not at work.
    CLOSED
  }

  /// Forgets the tasks that are away and whose deadline has passed.
  List<LaneTask> forgetOverdue(long nowNanos) {
    lock.lock();
    try {
      List<LaneTask> overdue =
          away.stream().filter(each -> each.deadline().hasPassed(nowNanos)).toList();
      overdue.forEach(away::remove);
      return overdue;
    } finally {
      lock.unlock();
    }
  }

  /// Forgets all tasks that are away.
  List<LaneTask> forgetAll() {
    lock.lock();
    try {
      List<LaneTask> all = List.copyOf(away);
      away.clear();
      return all;
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
      portable = 0;
      publish();
      return left;
    } finally {
      lock.unlock();
    }
  }

  int awayCount() {
    lock.lock();
    try {
      return away.size();
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
