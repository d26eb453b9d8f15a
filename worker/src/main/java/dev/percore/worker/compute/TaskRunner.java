package dev.percore.worker.compute;

import dev.percore.worker.compute.ComputeMetrics.Outcome;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/// Runs one task after the other and learns from how long they take. Confined to the compute
/// thread.
final class TaskRunner {
  private final ServiceTimes serviceTimes;
  private final ShortTasks shortTasks;
  private final TaskEnds ends;
  private final ComputeMetrics metrics;
  private final FatalErrorHandler fatalErrors;
  private final Runnable leave;
  private final Runnable closeLane;
  private final LongSupplier nanoClock;
  private final TaskMeter meter;

  /// @param leave tells that the task has left the thread
  /// @param closeLane closes the lane, after an error with which it cannot go on
  TaskRunner(
      ServiceTimes serviceTimes,
      ShortTasks shortTasks,
      TaskEnds ends,
      ComputeMetrics metrics,
      FatalErrorHandler fatalErrors,
      Runnable leave,
      Runnable closeLane,
      TaskMeter meter,
      LongSupplier nanoClock) {
    this.serviceTimes = serviceTimes;
    this.shortTasks = shortTasks;
    this.ends = ends;
    this.metrics = metrics;
    this.fatalErrors = fatalErrors;
    this.leave = leave;
    this.closeLane = closeLane;
    this.meter = meter;
    this.nanoClock = nanoClock;
  }

  /// Runs a task that the queue has given out, or gives it up if it is too late for it.
  void execute(LaneTask current) {
    ComputeTask task = current.task();
    String function = task.function();
    long startedNanos = nanoClock.getAsLong();
    Duration queued = Duration.ofNanos(startedNanos - current.submittedNanos());
    metrics.waited(function, queued);
    if (current.deadline().hasPassed(startedNanos)) {
      ends.giveUp(current, Abandonment.EXPIRED);
      leave.run();
      return;
    }
    Outcome outcome = run(current, queued);
    Duration ran = Duration.ofNanos(nanoClock.getAsLong() - startedNanos);
    metrics.ran(function, ran, task.spent());
    metrics.ended(function, outcome);
    // What is learnt holds for those to come: a client that has its answer already and asks again
    // at once is not refused for the sake of the task that leaves.
    leave.run();
    learn(current, ran, outcome);
  }

  private void learn(LaneTask done, Duration ran, Outcome outcome) {
    ComputeTask task = done.task();
    // A short one that was long on the thread did not have the core, or waited.
    boolean tells = !(done.isShort() && ShortTasks.was(task));
    // One that ended too late may have been cut off: it counts only if it shows the estimate short.
    if (tells
        && (outcome == Outcome.OK
            || (outcome == Outcome.EXPIRED && ran.compareTo(done.estimate()) > 0))) {
      serviceTimes.add(task.function(), task.cost(), ran);
    }
    shortTasks.learn(task, outcome == Outcome.OK);
  }

  // Whatever a function throws must not end the lane's thread, hence Throwable.
  private Outcome run(LaneTask current, Duration queued) {
    try {
      current.task().run(current, queued, meter);
      current.ran();
      // Told before that it is given up, a task that ended well after all has answered nobody.
      Abandonment why = current.abandonment();
      return why == null ? Outcome.OK : TaskEnds.outcome(why);
    } catch (CancellationException e) {
      Abandonment why = current.abandonment();
      return why == null ? ends.failed(current, e) : ends.stopped(current, why);
    } catch (StackOverflowError e) {
      return ends.failed(current, e);
    } catch (VirtualMachineError e) {
      return fatal(current, e);
    } catch (Throwable e) {
      return ends.failed(current, e);
    }
  }

  private Outcome fatal(LaneTask current, VirtualMachineError error) {
    try {
      fatalErrors.fatal(error);
    } finally {
      var _ = ends.failed(current, error);
      closeLane.run();
    }
    return Outcome.FAILED;
  }
}
