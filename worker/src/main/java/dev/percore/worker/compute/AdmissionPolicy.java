package dev.percore.worker.compute;

import dev.percore.worker.compute.Submission.Cause;
import dev.percore.worker.compute.Submission.Refused;
import java.time.Duration;
import java.util.Optional;

/// Decides whether the lane takes one more task. Pure: it sees the lane's [Load] and nothing
/// else.
///
/// A task is refused when the queue is full, and also when it is not expected to be done in its
/// own time, behind the tasks that will run before it: an early 503 is kinder than a certain 504.
/// An idle lane takes every task.
///
/// The time to retry is the time in which all that is ahead is expected to be done, at most the
/// longest that a task may have, since by then every task that is ahead now has been finished or
/// given up.
final class AdmissionPolicy {
  private static final Duration RETRY_AFTER_MINIMUM = Duration.ofSeconds(1);

  private final int queueLimit;
  private final Duration longestTimeout;

  /// @param queueLimit tasks that may wait beside the one that runs
  /// @param longestTimeout longest time from acceptance to answer that any task has
  AdmissionPolicy(int queueLimit, Duration longestTimeout) {
    this.queueLimit = queueLimit;
    this.longestTimeout = longestTimeout;
  }

  /// What the lane has to do at this moment.
  ///
  /// @param queued tasks that wait
  /// @param queuedEstimate how long they will run, all together
  /// @param aheadEstimate how long those of them will run that go before the new one
  /// @param running 0 or 1
  /// @param runningRemaining how long the running one will still take
  record Load(
      int queued,
      Duration queuedEstimate,
      Duration aheadEstimate,
      int running,
      Duration runningRemaining) {}

  /// How long a running task will still take. One that outlives its estimate (or has none) is
  /// expected to take as long again as it has taken so far, until its deadline; and if it does not
  /// heed that, for as long again as it has not.
  static Duration remaining(Duration estimate, Duration elapsed, Duration untilDeadline) {
    if (estimate.compareTo(elapsed) > 0) {
      return estimate.minus(elapsed);
    }
    return untilDeadline.isPositive() ? min(elapsed, untilDeadline) : untilDeadline.negated();
  }

  /// Whether no further task can wait.
  boolean isFull(Load load) {
    return load.queued() + load.running() > queueLimit;
  }

  /// The refusal of a task for which there is no place.
  Refused full(Load load) {
    return refused(
        Cause.QUEUE_FULL, load.queued(), load.queuedEstimate().plus(load.runningRemaining()));
  }

  /// The refusal for want of time, or empty when the task will be done in time for all that is
  /// known.
  ///
  /// @param estimate how long the task will run; zero if nothing is known
  /// @param time in which it has to be done
  Optional<Refused> refusal(Load load, Duration estimate, Duration time) {
    Duration wait = load.aheadEstimate().plus(load.runningRemaining());
    boolean idle = load.queued() + load.running() == 0;
    return idle || wait.plus(estimate).compareTo(time) < 0
        ? Optional.empty()
        : Optional.of(refused(Cause.TOO_LATE, load.queued(), wait));
  }

  /// The refusal of a lane that is not at work: another worker, or this one's replacement, will be.
  static Refused stopping(int queued) {
    return new Refused(Cause.STOPPING, queued, RETRY_AFTER_MINIMUM);
  }

  private Refused refused(Cause cause, int queued, Duration wait) {
    Duration bounded = min(wait, longestTimeout);
    return new Refused(
        cause, queued, bounded.compareTo(RETRY_AFTER_MINIMUM) < 0 ? RETRY_AFTER_MINIMUM : bounded);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
