package dev.percore.worker.compute;

import dev.percore.worker.compute.ComputeMetrics.Outcome;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells tasks how they ended when they have no result, and counts these. Thread-safe; whatever a
/// task does with what it is told does not harm the lane.
final class TaskEnds {
  private static final Logger LOG = LoggerFactory.getLogger(TaskEnds.class);

  private final ComputeMetrics metrics;
  private final FatalErrorHandler fatalErrors;

  TaskEnds(ComputeMetrics metrics, FatalErrorHandler fatalErrors) {
    this.metrics = metrics;
    this.fatalErrors = fatalErrors;
  }

  /// Ends a task that does not run.
  void giveUp(LaneTask unwanted, Abandonment why) {
    tell(unwanted, () -> unwanted.task().abandoned(why));
    metrics.ended(unwanted.task().function(), outcome(why));
  }

  /// Ends a task that another worker has, which counts it.
  void giveUpAway(LaneTask unwanted, Abandonment why) {
    var _ = unwanted.abandon(why);
    tell(unwanted, () -> unwanted.task().abandoned(why));
    unwanted.recall();
  }

  /// Counts a task that was given up while another worker had it, which did not live to count it.
  void countLost(LaneTask away) {
    Abandonment why = away.abandonment();
    metrics.ended(away.task().function(), outcome(why == null ? Abandonment.WORKER_DIED : why));
  }

  /// Asks the running task to stop, and tells it at once that nobody waits for its result any
  /// more: its function may take its time to notice.
  void giveUpRunning(LaneTask running, Abandonment why) {
    if (running.abandon(why)) {
      tell(running, () -> running.task().abandoned(why));
    }
  }

  /// Ends a task that made way for another one.
  void displace(LaneTask other, Submission.Refused why) {
    tell(other, () -> other.task().displaced(why));
    metrics.ended(other.task().function(), Outcome.REFUSED);
  }

  /// Tells a task that ran that it was stopped.
  Outcome stopped(LaneTask current, Abandonment why) {
    tell(current, () -> current.task().abandoned(why));
    return outcome(why);
  }

  /// Tells a task that ran that it failed.
  Outcome failed(LaneTask current, Throwable cause) {
    LOG.error("function {} failed", current.task().function(), cause);
    tell(current, () -> current.task().failed(cause));
    return Outcome.FAILED;
  }

  static Outcome outcome(Abandonment why) {
    return switch (why) {
      case EXPIRED -> Outcome.EXPIRED;
      case WORKER_DIED -> Outcome.FAILED;
      case STOPPING, CLIENT_GONE -> Outcome.CANCELLED;
    };
  }

  private void tell(LaneTask ended, Runnable message) {
    try {
      message.run();
    } catch (VirtualMachineError e) {
      fatalErrors.fatal(e);
    } catch (RuntimeException | Error e) {
      LOG.error("a task of function {} could not be answered", ended.task().function(), e);
    }
  }
}
