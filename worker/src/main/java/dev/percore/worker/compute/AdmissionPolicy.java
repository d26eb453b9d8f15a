package dev.percore.worker.compute;

import dev.percore.worker.compute.Submission.Cause;
import dev.percore.worker.compute.Submission.Refused;
import java.time.Duration;
import java.util.Optional;

/// Decides whether the lane takes one more task. Pure: it sees the lane's [Load] and nothing else.
///
/// A task is refused when the queue is full, and also when the tasks ahead are expected to use up
/// its whole time: an early 503 is kinder than a certain 504. An idle lane takes every task.
///
/// The time to retry is the time in which all that is ahead is expected to be done, at most the
/// timeout, since by then every task that is ahead now has been finished or given up.
final class AdmissionPolicy {
  private static final Duration RETRY_AFTER_MINIMUM = Duration.ofSeconds(1);

  private final int queueLimit;
  private final Duration timeout;

  /// @param queueLimit tasks that may wait beside the one that runs
  /// @param timeout longest time from acceptance to answer
  AdmissionPolicy(int queueLimit, Duration timeout) {
    this.queueLimit = queueLimit;
    this.timeout = timeout;
  }

  /// What the lane has to do at this moment.
  ///
  /// @param queued tasks that wait
  /// @param queuedEstimate how long they will run, all together
  /// @param running 0 or 1
  /// @param runningRemaining how long the running one will still take
  record Load(int queued, Duration queuedEstimate, int running, Duration runningRemaining) {}

  /// How long a running task will still take. One that outlives its estimate (or has none) is
  /// expected to take as long again as it has taken so far, within its deadline.
  static Duration remaining(Duration estimate, Duration elapsed, Duration untilDeadline) {
    Duration guess =
        estimate.compareTo(elapsed) > 0 ? estimate.minus(elapsed) : min(elapsed, untilDeadline);
    return guess.isNegative() ? Duration.ZERO : guess;
  }

  /// The refusal, or empty when the task is welcome.
  Optional<Refused> refusal(Load load) {
    Duration wait = load.queuedEstimate().plus(load.runningRemaining());
    if (load.queued() + load.running() > queueLimit) {
      return Optional.of(refused(Cause.QUEUE_FULL, load.queued(), wait));
    }
    if (load.queued() + load.running() > 0 && wait.compareTo(timeout) >= 0) {
      return Optional.of(refused(Cause.TOO_LATE, load.queued(), wait));
    }
    return Optional.empty();
  }

  /// The refusal of a lane that is not at work: another worker, or this one's replacement, will be.
  static Refused stopping(int queued) {
    return new Refused(Cause.STOPPING, queued, RETRY_AFTER_MINIMUM);
  }

  private Refused refused(Cause cause, int queued, Duration wait) {
    Duration bounded = min(wait, timeout);
    return new Refused(
        cause, queued, bounded.compareTo(RETRY_AFTER_MINIMUM) < 0 ? RETRY_AFTER_MINIMUM : bounded);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
