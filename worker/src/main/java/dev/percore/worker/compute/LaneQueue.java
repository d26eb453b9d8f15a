package dev.percore.worker.compute;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The tasks of a lane: those that wait, in a [FairOrder], the one that runs, and those that other
/// workers have in this one's place.
///
/// Thread-safe. The lock is held for a few instructions (some more for each client and each overdue
/// task) and never while a task's code runs, so only [#take] ever waits.
final class LaneQueue {
  private static final long AWAY_GRACE_NANOS = 200_000_000;

  private final AdmissionPolicy admission;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final FairOrder waiting = new FairOrder();
  private final Set<LaneTask> away = new LinkedHashSet<>();
  private @Nullable LaneTask running;
  private boolean lastWasShort = true;
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
      return next();
    } finally {
      lock.unlock();
    }
  }

  /// Makes a task that waits the running one; null when there is none. Only for the compute
  /// thread.
  @Nullable LaneTask poll() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LaneTask next() {
    long now = nanoClock.getAsLong();
    LaneTask next = waiting.take(now);
    if (next != null) {
      next.started(now);
      running = next;
      tell();
    }
    return next;
  }

  /// Nothing runs any more. Only for the compute thread.
  void release() {
    var _ =
        changing(
            () -> {
              if (running != null) {
                long now = nanoClock.getAsLong();
                long ranNanos = now - running.startedNanos();
                waiting.settle(running, ranNanos, now);
                lastWasShort = ShortTasks.wasBrief(running.task(), ranNanos);
              }
              running = null;
              return true;
            });
  }

  /// Adds a task of another worker, beside what admission allows: it came because this lane had
  /// nothing to do.
  ///
  /// @return false if the lane is not at work
  boolean adopt(LaneTask task) {
    return changing(
        () -> {
          if (state == LaneState.RUNNING) {
            waiting.add(task, nanoClock.getAsLong());
          }
          return state == LaneState.RUNNING;
        });
  }

  /// Takes out the waiting task that would be the next of those that may move ([MoveRule]) and that
  /// fit. It is away until it is forgotten, and its client is charged for it as if it ran here.
  @Nullable LaneTask giveAway(Predicate<ComputeTask> fits) {
    return changing(
        () -> {
          if (worthMoving(running) == 0) {
            return null;
          }
          long now = nanoClock.getAsLong();
          LaneTask given = waiting.take(task -> mayMove(task, now) && fits.test(task.task()), now);
          if (given != null) {
            away.add(given);
          }
          return given;
        });
  }

  /// Whether [#giveAway] would find a task.
  boolean hasToGive() {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      return worthMoving(running) > 0 && waiting.anyMatch(task -> mayMove(task, now));
    } finally {
      lock.unlock();
    }
  }

  private boolean mayMove(LaneTask task, long now) {
    boolean heldUp = MoveRule.isHeldUp(running, lastWasShort, now);
    return MoveRule.allows(task, running, heldUp, waiting.size(), waiting.estimateNanos(), now);
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

  /// A task that is away waits again, at its old place and whatever the limit.
  ///
  /// @param stays whether it does not leave another time
  Back putBack(LaneTask task, boolean stays) {
    return changing(
        () -> {
          if (!away.remove(task)) {
            return Back.GIVEN_UP;
          }
          if (state != LaneState.RUNNING) {
            return Back.CLOSED;
          }
          if (stays) {
            task.pin();
          }
          waiting.putBack(task, nanoClock.getAsLong());
          return Back.WAITS;
        });
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

  /// Forgets the tasks that are away and whose deadline has passed. Whoever has them keeps it too,
  /// and knows what was done by then; so it has a moment to tell.
  List<LaneTask> forgetOverdue(long nowNanos) {
    lock.lock();
    try {
      List<LaneTask> overdue =
          away.stream()
              .filter(each -> each.deadline().hasPassed(nowNanos - AWAY_GRACE_NANOS))
              .toList();
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

  /// Takes a waiting task out; false when it does not wait (any more).
  boolean remove(LaneTask task) {
    return changing(() -> waiting.remove(task));
  }

  /// Takes out the waiting tasks whose deadline has passed. Even if there are none the listener is
  /// told: that short ones behind one that runs may move by now shows by nothing but the time.
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

  /// Takes out what waits.
  List<LaneTask> removeAll() {
    return changing(() -> waiting.removeIf(_ -> true));
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

  /// Every change but those of [#take] and [#poll] goes this way, so that none is kept from the
  /// compute thread or from the listener.
  private <T extends @Nullable Object> T changing(Supplier<T> change) {
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
            worthMoving(current),
            waiting.estimateNanos(),
            current != null,
            current == null ? 0 : current.startedNanos()));
  }

  private int worthMoving(@Nullable LaneTask current) {
    int brief = waiting.portableShort();
    return brief == 0 || MoveRule.isHeldUp(current, lastWasShort, nanoClock.getAsLong())
        ? waiting.portable()
        : waiting.portable() - brief;
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
