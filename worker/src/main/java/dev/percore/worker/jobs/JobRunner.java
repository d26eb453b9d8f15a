package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.CancelJob;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.RunJob;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.worker.calc.FunctionCalls;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.control.MasterLink;
import dev.percore.worker.handoff.Call;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Runs jobs in the lane, among the calls of clients. Orders come on the event loop; jobs end on
/// any thread.
final class JobRunner implements MasterLink.Jobs {
  private final JobClient client;
  private final Consumer<ToMaster> masterForSure;
  private final ComputeLane lane;
  private final FunctionCalls calls;
  private final Map<Long, Held> held = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  private record Held(JobTask task, Submission.Ticket ticket) {}

  JobRunner(
      JobClient client, Consumer<ToMaster> masterForSure, ComputeLane lane, FunctionCalls calls) {
    this.client = client;
    this.masterForSure = masterForSure;
    this.lane = lane;
    this.calls = calls;
  }

  @Override
  public void answered(JobAnswer answer) {
    client.answered(answer);
  }

  @Override
  public void run(RunJob order) {
    long run = order.run();
    var report = new JobReport(run, client::tell, masterForSure, () -> over(run));
    if (draining) {
      report.returned();
      return;
    }
    calls
        .ofJob(call(order), order.again(), report)
        .map(task -> new JobTask(task, report))
        .ifPresent(task -> submit(run, task));
  }

  private static Call call(RunJob order) {
    return new Call(
        order.function(),
        order.method(),
        QueryText.decode(order.query()),
        order.contentType(),
        ClientName.JOBS,
        order.body());
  }

  private void submit(long run, JobTask task) {
    // It may be over before the ticket is there.
    held.put(run, new Held(task, () -> {}));
    switch (lane.submit(task)) {
      case Submission.Accepted(Submission.Ticket ticket) ->
          held.computeIfPresent(run, (_, _) -> new Held(task, ticket));
      case Submission.Refused _ -> {
        var _ = task.giveBackIfWaiting();
      }
    }
  }

  @Override
  public void cancel(CancelJob order) {
    Held job = held.get(order.run());
    if (job != null) {
      boolean back = job.task().giveBackIfWaiting();
      if (back || !order.onlyIfWaiting()) {
        job.ticket().cancel();
      }
    }
  }

  /// Takes no more jobs and gives those back that have not begun.
  ///
  /// @return completes when none is left
  CompletableFuture<Void> drain() {
    draining = true;
    for (Held job : held.values()) {
      if (job.task().giveBackIfWaiting()) {
        job.ticket().cancel();
      }
    }
    completeIfDrained();
    return drained;
  }

  private void over(long run) {
    held.remove(run);
    completeIfDrained();
  }

  private void completeIfDrained() {
    if (draining && held.isEmpty()) {
      drained.complete(null);
    }
  }
}
