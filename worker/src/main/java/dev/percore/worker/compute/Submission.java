package dev.percore.worker.compute;

import java.time.Duration;

/// What became of a task that was offered to the lane.
public sealed interface Submission {

  /// The task will run, or be told why not.
  record Accepted(Ticket ticket) implements Submission {}

  /// The task will not run, and nothing is told to it.
  ///
  /// @param cause why
  /// @param queued tasks that wait in the lane at this moment
  /// @param retryAfter when another try has a fair chance, by the service times measured; at least
  ///     one second
  record Refused(Cause cause, int queued, Duration retryAfter) implements Submission {}

  /// Why a task is refused.
  enum Cause {
    /// As many tasks wait as may.
    QUEUE_FULL,
    /// The tasks ahead of it would use up its whole time.
    TOO_LATE,
    /// The lane is closed, or was never started.
    STOPPING
  }

  /// An accepted task, as its submitter sees it.
  @FunctionalInterface
  interface Ticket {
    /// Gives the task up because its client is gone: removed from the queue, or flagged when it
    /// runs. Without effect once it has ended. From any thread.
    void cancel();
  }
}
