package dev.percore.worker.compute;

import dev.percore.worker.api.ComputeContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One piece of CPU-bound work for the lane. It answers its client itself: in [#run] with a result,
/// or in one of the other two when there is none. It may be told more than once that there is none;
/// the first answer counts.
public interface ComputeTask {

  /// Name of the function, for logs and the metrics' `function` label; from a bounded set.
  String function();

  /// What it costs, in the function's own unit; together with the times measured for that function
  /// it foretells how long the task will run. Not a number if unknown: then nothing is foretold,
  /// and nothing learnt.
  double cost();

  /// Who it is for: clients share the lane fairly.
  ClientName client();

  /// Longest time that it may take from its acceptance to its answer, not negative; null for the
  /// longest that the lane gives to any.
  default @Nullable Duration timeout() {
    return null;
  }

  /// Whether another worker of the same generation could run it in this one's place.
  default boolean isPortable() {
    return false;
  }

  /// Whether it may be run again when it is not known how far it came.
  default boolean isIdempotent() {
    return false;
  }

  /// Told before it waits again, since the worker died that had it and may have begun it.
  default void again() {}

  /// Computes and answers, on the compute thread.
  ///
  /// @param queued how long the task has waited
  /// @param meter of the compute thread, for the task to measure what its function takes
  /// @throws java.util.concurrent.CancellationException from [ComputeContext#checkCancelled]
  void run(ComputeContext context, Duration queued, TaskMeter meter) throws Exception;

  /// What its function took of the thread, for the metrics; asked on the compute thread after
  /// [#run], however that ended. Measured by the task, since it needs it for its answer, and once
  /// is enough.
  TaskMeter.Spent spent();

  /// Told on the compute thread when [#run] threw anything but the cancellation that the lane asked
  /// for.
  void failed(Throwable cause);

  /// Told when the task was given up before it had a result: on the compute thread, or on the
  /// thread that closes the lane, cancels the task or keeps the deadlines. May come while [#run] is
  /// still at work.
  void abandoned(Abandonment why);

  /// Told when it was taken out of a full queue to make way for a client that has fewer tasks in
  /// there, on the thread that submitted that one's.
  void displaced(Submission.Refused why);

  /// Why a task was given up.
  enum Abandonment {
    /// Its deadline passed, in the queue or while it ran.
    EXPIRED,
    /// The worker stops and no longer waits for it.
    STOPPING,
    /// Nobody waits for the answer any more.
    CLIENT_GONE,
    /// The worker that had taken it over died, and it may not be run twice.
    WORKER_DIED
  }
}
