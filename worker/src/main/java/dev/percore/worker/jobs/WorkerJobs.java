package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.worker.calc.Deferral;
import dev.percore.worker.calc.FunctionCalls;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.control.MasterLink;
import dev.percore.worker.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The jobs of one worker: those that its clients ask for, and those that it runs.
public final class WorkerJobs {
  private final JobClient client;
  private final ComputeLane lane;
  private final FunctionCalls calls;
  private final AsyncCalls deferral;
  private final JobEvents events;
  private @Nullable JobRunner runner;

  /// @param timeout how long a client may wait for the end of a job
  public WorkerJobs(JobClient client, ComputeLane lane, FunctionCalls calls, Duration timeout) {
    this.client = client;
    this.lane = lane;
    this.calls = calls;
    this.deferral = new AsyncCalls(client, lane, calls, timeout);
    this.events = new JobEvents(client);
  }

  /// What makes jobs of calls.
  public Deferral deferral() {
    return deferral;
  }

  /// What to mount.
  public List<Route> routes() {
    return new JobRoutes(client, events).routes();
  }

  /// Who obeys the master. Called once, before the worker serves.
  ///
  /// @param masterForSure says something to the master and returns when it is on its way
  public MasterLink.Jobs orders(Consumer<ToMaster> masterForSure) {
    JobRunner made = new JobRunner(client, masterForSure, lane, calls);
    runner = made;
    return made;
  }

  /// Takes no more jobs, gives those back that have not begun, and has those who watch jobs ask
  /// another worker.
  ///
  /// @return completes when no job is left
  public CompletableFuture<Void> drain() {
    events.close();
    JobRunner present = runner;
    return present == null ? CompletableFuture.completedFuture(null) : present.drain();
  }
}
