package dev.percore.worker.jobs;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ComputeTask;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// A job in the lane: a call, with the news of it for the master.
final class JobTask implements ComputeTask {
  private final ComputeTask call;
  private final JobReport report;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

  private enum Phase {
    WAITING,
    STARTED,
    RETURNED
  }

  JobTask(ComputeTask call, JobReport report) {
    this.call = call;
    this.report = report;
  }

  /// Gives the job back unless its function has begun, in which case nothing happens.
  ///
  /// @return whether it was given back
  boolean giveBackIfWaiting() {
    boolean back = phase.compareAndSet(Phase.WAITING, Phase.RETURNED);
    if (back) {
      report.returned();
    }
    return back;
  }

  /// Whether its function has begun.
  boolean hasStarted() {
    return phase.get() == Phase.STARTED;
  }

  @Override
  public String function() {
    return call.function();
  }

  @Override
  public double cost() {
    return call.cost();
  }

  @Override
  public void run(ComputeContext context, Duration queued) throws Exception {
    if (phase.compareAndSet(Phase.WAITING, Phase.STARTED)) {
      report.started();
      call.run(new Watched(context, report), queued);
    }
  }

  @Override
  public void failed(Throwable cause) {
    call.failed(cause);
  }

  // One whose time was over before it began was only unlucky in its worker.
  @Override
  public void abandoned(Abandonment why) {
    if (!giveBackIfWaiting() && phase.get() == Phase.STARTED) {
      switch (why) {
        case EXPIRED -> call.abandoned(why);
        case STOPPING, CLIENT_GONE -> report.returned();
      }
    }
  }

  /// The function's surroundings, where progress is of interest.
  private record Watched(ComputeContext context, JobReport report) implements ComputeContext {
    @Override
    public boolean isCancelled() {
      return context.isCancelled();
    }

    @Override
    public void checkCancelled() {
      context.checkCancelled();
    }

    @Override
    public void progress(double fraction) {
      report.progress(fraction);
    }
  }
}
