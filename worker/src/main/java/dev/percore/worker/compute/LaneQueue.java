package dev.percore.worker.compute;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The tasks of a lane: those that wait, in a [FairOrder], and the one that runs.
///
/// Thread-safe. The lock is held for a few instructions (some more for each client and each overdue
/// task) and never while a task's code runs, so only [#take] ever waits.
final class LaneQueue {
  private final AdmissionPolicy admission;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final FairOrder waiting = new FairOrder();
  private @Nullable LaneTask running;
  private LaneState state = LaneState.NEW;
  private LaneListener listener = _ -> {};

  LaneQueue(AdmissionPolicy admission, LongSupplier nanoClock) {
    this.admission = admission;
    this.nanoClock = nanoClock;
  }

  /// What became of an offer.
  sealed interface Offer {
    /// It waits.
    record Added() implements Offer {}

    /// It waits, and another one had to make way for it, which is told so.
    record Displaced(LaneTask other, Submission.Refused why) implements Offer {}

    /// It does not wait.
    record Refused(Submission.Refused why) implements Offer {}
  }

  /// Sets who is told of all changes, and tells of how it is now.
  void listen(LaneListener newListener) {
    var _ =
        changing(
            () -> {
              listener = newListener;
              return true;
            });
  }

  /// Opens the queue.
  ///
  /// @throws IllegalStateException when it was opened before, or closed
  void open() {
    var _ =
        changing(
            () -> {
              if (state != LaneState.NEW) {
                throw new IllegalStateException(
                    "a compute lane cannot go from " + state + " to " + LaneState.RUNNING);
              }
              state = LaneState.RUNNING;
              return true;
            });
  }

  /// Adds a task, or says why not.
  Offer offer(LaneTask task) {
    return changing(
        () -> {
          if (state != LaneState.RUNNING) {
            return new Offer.Refused(AdmissionPolicy.stopping(waiting.size()));
          }
          long now = nanoClock.getAsLong();
          AdmissionPolicy.Load load = load(task, now);
          LaneTask victim = null;
          if (admission.isFull(load)) {
            victim = waiting.displacedBy(task.client());
            if (victim == null) {
              return new Offer.Refused(admission.full(load));
            }
          }
          Optional<Submission.Refused> refusal =
              admission.refusal(load, task.estimate(), task.deadline().remaining(now));
          if (refusal.isPresent()) {
            return new Offer.Refused(refusal.get());
          }
          if (victim != null) {
            waiting.remove(victim);
          }
          waiting.add(task, now);
          return victim == null
              ? new Offer.Added()
              : new Offer.Displaced(victim, admission.full(load));
        });
  }

  /// Waits for a task and makes it the running one; null when there will be none any more. Only for
  /// the compute thread.
  @Nullable LaneTask take() {
    lock.lock();
    try {
      while (waiting.size() == 0 && state == LaneState.RUNNING) {
        changed.awaitUninterruptibly();
      }
      long now = nanoClock.getAsLong();
      LaneTask next = waiting.take(now);
      if (next != null) {
        next.started(now);
        running = next;
        tell();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /// Nothing runs any more. Only for the compute thread.
  void release() {
    var _ =
        changing(
            () -> {
              if (running != null) {
                long now = nanoClock.getAsLong();
                waiting.settle(running, now - running.startedNanos(), now);
              }
              running = null;
              return true;
            });
  }

  /// Takes out the waiting task that would be the next of those that fit, so that another lane runs
  /// it. Its client is charged for it as if it ran here.
  Optional<LaneTask> giveAway(Predicate<LaneTask> fits) {
    return changing(() -> Optional.ofNullable(waiting.take(fits, nanoClock.getAsLong())));
  }

  /// Lets a task wait again that was given away and did not run: at its old place and whatever the
  /// limit, since it was accepted before.
  ///
  /// @return false if the queue is closed; then the task does not wait
  boolean putBack(LaneTask task) {
    return changing(
        () -> {
          if (state == LaneState.RUNNING) {
            waiting.putBack(task, nanoClock.getAsLong());
          }
          return state == LaneState.RUNNING;
        });
  }

  /// Takes a waiting task out; false when it does not wait (any more).
  boolean remove(LaneTask task) {
    return changing(() -> waiting.remove(task));
  }

  /// Takes out the waiting tasks whose deadline has passed.
  List<LaneTask> removeOverdue(long nowNanos) {
    return changing(() -> waiting.removeIf(task -> task.deadline().hasPassed(nowNanos)));
  }

  /// Refuses from now on and takes out what waits.
  List<LaneTask> close() {
    return changing(
        () -> {
          state = LaneState.CLOSED;
          return waiting.removeIf(_ -> true);
        });
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

  /// Every change but that of [#take] goes this way, so that none is kept from the compute thread
  /// or from the listener.
  private <T> T changing(Supplier<T> change) {
    lock.lock();
    try {
      int before = waiting.size();
      LaneState stateBefore = state;
      T result = change.get();
      if (waiting.size() > before || state != stateBefore) {
        changed.signal();
      }
      return result;
    } finally {
      tell();
      lock.unlock();
    }
  }

  private void tell() {
    LaneTask current = running;
    listener.changed(
        new LaneLoad(
            state,
            waiting.size(),
            waiting.estimateNanos(),
            current != null,
            current == null ? 0 : current.startedNanos()));
  }

  private AdmissionPolicy.Load load(LaneTask newcomer, long now) {
    LaneTask current = running;
    Duration remaining =
        current == null
            ? Duration.ZERO
            : AdmissionPolicy.remaining(
                current.estimate(),
                Duration.ofNanos(now - current.startedNanos()),
                current.deadline().remaining(now));
    return new AdmissionPolicy.Load(
        waiting.size(),
        Duration.ofNanos(waiting.estimateNanos()),
        Duration.ofNanos(waiting.aheadNanos(newcomer, now)),
        current == null ? 0 : 1,
        remaining);
  }
}
