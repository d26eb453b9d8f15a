package dev.percore.worker.jobs;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.compute.TaskMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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

  @Override
  public String function() {
    return call.function();
  }

  @Override
  public double cost() {
    return call.cost();
  }

  @Override
  public ClientName client() {
    return call.client();
  }

  @Override
  public @Nullable Duration timeout() {
    return call.timeout();
  }

  @Override
  public TaskMeter.Spent spent() {
    return call.spent();
  }

  @Override
  public void run(ComputeContext context, Duration queued, TaskMeter meter) throws Exception {
    if (phase.compareAndSet(Phase.WAITING, Phase.STARTED)) {
      report.started();
      call.run(new Watched(context, report), queued, meter);
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
        case STOPPING, CLIENT_GONE, WORKER_DIED -> report.returned();
      }
    }
  }

  // Another worker may have room.
  @Override
  public void displaced(Submission.Refused why) {
    var _ = giveBackIfWaiting();
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
