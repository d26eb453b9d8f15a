package dev.percore.worker.handoff;

import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.compute.TaskMeter;
import java.time.Duration;

/// A task of another worker in this one's lane. Its outcome is always told, even if the other
/// worker has said that nobody wants it: so both know who has counted it.
final class ForeignTask implements ComputeTask {
  private static final int NOBODY_WAITS = 503;

  private final ComputeTask task;
  private final ForeignReply reply;
  private final Runnable giveBack;
  private volatile boolean started;

  /// @param giveBack has the other worker run it, which it waits at then as before
  ForeignTask(ComputeTask task, ForeignReply reply, Runnable giveBack) {
    this.task = task;
    this.reply = reply;
    this.giveBack = giveBack;
  }

  @Override
  public String function() {
    return task.function();
  }

  @Override
  public double cost() {
    return task.cost();
  }

  @Override
  public ClientName client() {
    return task.client();
  }

  @Override
  public void displaced(Submission.Refused why) {
    task.displaced(why);
  }

  @Override
  public TaskMeter.Spent spent() {
    return task.spent();
  }

  @Override
  public void run(ComputeContext context, Duration queued, TaskMeter meter) throws Exception {
    started = true;
    task.run(context, queued, meter);
  }

  @Override
  public void failed(Throwable cause) {
    task.failed(cause);
  }

  @Override
  public void abandoned(Abandonment why) {
    switch (why) {
      case CLIENT_GONE -> reply.respond(Response.empty(NOBODY_WAITS));
      case STOPPING -> {
        // It is this worker that ends, and not the other one.
        if (!started || task.isIdempotent()) {
          giveBack.run();
        } else {
          task.abandoned(why);
        }
      }
      case EXPIRED, WORKER_DIED -> task.abandoned(why);
    }
  }
}
