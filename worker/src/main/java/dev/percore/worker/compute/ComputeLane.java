package dev.percore.worker.compute;

import dev.percore.config.ServerConfig;
import dev.percore.worker.compute.ComputeMetrics.Outcome;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a worker that burns CPU, and the bounded queue before it.
///
/// Concurrency: every method may be called from any thread and none blocks. Tasks run one at a
/// time, in the order of acceptance, on the thread `compute-{slot}`.
///
/// Life: [#start], then [#close]. Deadlines are kept by whoever calls [#expireOverdue]: not by
/// the lane's own thread, which belongs to a function that may not look up for long.
public final class ComputeLane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ComputeLane.class);

  /// What a task must save to be worth the way to another worker and back.
  private static final Duration WORTH_MOVING = Duration.ofNanos(300_000);

  /// What a task that moves must have left.
  private static final Duration REMAINING_TO_MOVE = Duration.ofMillis(5);

  private final Thread thread;
  private final Runnable threadSetup;
  private final Duration timeout;
  private final LaneQueue queue;
  private final ServiceTimes serviceTimes = new ServiceTimes();
  private final ComputeMetrics metrics;
  private final FatalErrorHandler fatalErrors;
  private final LongSupplier nanoClock;
  private final AtomicLong completed = new AtomicLong();

  /// Makes a lane without a running thread.
  ///
  /// @param threadSetup run first on the thread: binds it to the slot's core and sets its nice
  ///     value
  public ComputeLane(
      int slot,
      ServerConfig.Compute settings,
      Runnable threadSetup,
      ComputeMetrics metrics,
      FatalErrorHandler fatalErrors) {
    this(slot, settings, threadSetup, metrics, fatalErrors, System::nanoTime);
  }

  ComputeLane(
      int slot,
      ServerConfig.Compute settings,
      Runnable threadSetup,
      ComputeMetrics metrics,
      FatalErrorHandler fatalErrors,
      LongSupplier nanoClock) {
    this.timeout = settings.timeout();
    this.queue =
        new LaneQueue(new AdmissionPolicy(settings.queue(), settings.timeout()), nanoClock);
    this.threadSetup = threadSetup;
    this.metrics = metrics;
    this.fatalErrors = fatalErrors;
    this.nanoClock = nanoClock;
    this.thread = Thread.ofPlatform().name("compute-" + slot).unstarted(this::live);
  }

  /// Starts the thread; from now on tasks are accepted.
  public void start() {
    queue.open();
    metrics.watch(this);
    thread.start();
  }

  /// Offers a task.
  public Submission submit(ComputeTask task) {
    long now = nanoTime();
    LaneTask offered =
        new LaneTask(
            task,
            now,
            TaskDeadline.after(timeout, now),
            serviceTimes.estimate(task.function(), task.cost()),
            task.isPortable());
    Optional<Submission.Refused> refusal = queue.offer(offered);
    if (refusal.isPresent()) {
      metrics.ended(task.function(), Outcome.REFUSED);
      return refusal.get();
    }
    return new Submission.Accepted(() -> cancel(offered));
  }

  /// Sets who learns of each change of the load. To be called once, before [#start].
  public void listen(LoadListener listener) {
    queue.listen(listener);
  }

  /// Takes a task that another worker has accepted.
  ///
  /// @param remaining time until its deadline
  /// @param queued how long it has waited there
  /// @return refused only if the lane is not at work; nothing is counted then
  public Submission adopt(ComputeTask task, Duration remaining, Duration queued) {
    long now = nanoTime();
    LaneTask adopted =
        new LaneTask(
            task,
            now - queued.toNanos(),
            TaskDeadline.after(remaining, now),
            serviceTimes.estimate(task.function(), task.cost()),
            false);
    return queue.adopt(adopted)
        ? new Submission.Accepted(() -> cancel(adopted))
        : AdmissionPolicy.stopping(queue.waitingCount());
  }

  /// Takes out a waiting task for another worker that idles, if there is one that is worth it. The
  /// other worker counts it in its metrics.
  public Optional<AwayTask> giveAway() {
    LaneTask given = queue.giveAway(WORTH_MOVING, REMAINING_TO_MOVE);
    return Optional.ofNullable(given).map(task -> new AwayTask(this, task, nanoTime()));
  }

  /// Whether [#giveAway] would find a task at this moment.
  public boolean hasToGive() {
    return queue.hasToGive(WORTH_MOVING, REMAINING_TO_MOVE);
  }

  /// Tasks that other workers have in this one's place.
  public int away() {
    return queue.awayCount();
  }

  boolean ended(LaneTask away) {
    return queue.forget(away);
  }

  void putBack(LaneTask away) {
    switch (queue.putBack(away)) {
      case WAITS -> {}
      case CLOSED -> giveUp(away, Abandonment.STOPPING);
      case GIVEN_UP -> countLost(away);
    }
  }

  boolean lost(LaneTask away) {
    if (away.task().isIdempotent()) {
      putBack(away);
      return true;
    }
    if (queue.forget(away)) {
      giveUp(away, Abandonment.WORKER_DIED);
    } else {
      countLost(away);
    }
    return false;
  }

  // It was told when it was given up, and whoever had it did not live to count it.
  private void countLost(LaneTask away) {
    Abandonment why = away.abandonment();
    metrics.ended(away.task().function(), outcome(why == null ? Abandonment.WORKER_DIED : why));
  }

  /// Gives up the tasks whose deadline has passed, and tells them at once. The one that runs is
  /// flagged besides: its function may go on without a look, but its client has the answer.
  /// Deadlines are as exact as the calls of this method are frequent.
  public void expireOverdue() {
    long now = nanoTime();
    for (LaneTask overdue : queue.removeOverdue(now)) {
      giveUp(overdue, Abandonment.EXPIRED);
    }
    for (LaneTask overdue : queue.forgetOverdue(now)) {
      giveUpAway(overdue, Abandonment.EXPIRED);
    }
    LaneTask running = queue.running();
    if (running != null && running.deadline().hasPassed(now)) {
      giveUpRunning(running, Abandonment.EXPIRED);
    }
  }

  /// Accepts nothing more, and gives up everything that has not been answered yet.
  @Override
  public void close() {
    for (LaneTask waiting : queue.close()) {
      giveUp(waiting, Abandonment.STOPPING);
    }
    for (LaneTask away : queue.forgetAll()) {
      giveUpAway(away, Abandonment.STOPPING);
    }
    LaneTask running = queue.running();
    if (running != null) {
      giveUpRunning(running, Abandonment.STOPPING);
    }
  }

  /// Waits until what ran when the lane was closed has left the thread. Not for the event loop.
  ///
  /// @return whether it has left in time
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return thread.getState() == Thread.State.NEW || thread.join(timeout);
  }

  /// Tasks that wait.
  public int queued() {
    return queue.waitingCount();
  }

  /// Tasks on the thread: 0 or 1.
  public int running() {
    return queue.running() == null ? 0 : 1;
  }

  /// How long the task on the thread has outlived its deadline: it was told to stop and does not
  /// heed it. Zero if there is none such.
  public Duration overdue() {
    LaneTask running = queue.running();
    long overdueNanos = running == null ? 0 : -running.deadline().remainingNanos(nanoTime());
    return Duration.ofNanos(Math.max(overdueNanos, 0));
  }

  /// Tasks that have left the thread, however they ended. Only grows.
  public long completed() {
    return completed.get();
  }

  private long nanoTime() {
    return nanoClock.getAsLong();
  }

  private void cancel(LaneTask unwanted) {
    var _ = unwanted.abandon(Abandonment.CLIENT_GONE);
    if (queue.remove(unwanted)) {
      giveUp(unwanted, Abandonment.CLIENT_GONE);
    } else if (queue.forget(unwanted)) {
      giveUpAway(unwanted, Abandonment.CLIENT_GONE);
    }
  }

  /// The life of the thread.
  private void live() {
    try {
      setUp();
      for (LaneTask next = queue.take(); next != null; next = queue.take()) {
        execute(next);
        queue.release();
        completed.incrementAndGet();
      }
    } catch (Throwable e) {
      // Functions cannot bring it here: the lane itself is broken.
      fatalErrors.fatal(e);
    } finally {
      close();
    }
  }

  // A lane on any core is better than none.
  private void setUp() {
    try {
      threadSetup.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("the setup of {} failed; it works on without", thread.getName(), e);
    }
  }

  private void execute(LaneTask current) {
    String function = current.task().function();
    long startedNanos = nanoTime();
    Duration queued = Duration.ofNanos(startedNanos - current.submittedNanos());
    metrics.waited(function, queued);
    if (current.deadline().hasPassed(startedNanos)) {
      giveUp(current, Abandonment.EXPIRED);
      return;
    }
    Outcome outcome = run(current, queued);
    Duration ran = Duration.ofNanos(nanoTime() - startedNanos);
    // One that ended too late may have been cut off: it counts only if it shows the estimate short.
    if (outcome == Outcome.OK
        || (outcome == Outcome.EXPIRED && ran.compareTo(current.estimate()) > 0)) {
      serviceTimes.add(function, current.task().cost(), ran);
    }
    metrics.ran(function, ran);
    metrics.ended(function, outcome);
  }

  // Whatever a function throws must not end the lane's thread, hence Throwable.
  private Outcome run(LaneTask current, Duration queued) {
    try {
      current.task().run(current, queued);
      // Told before that it is given up, a task that ended well after all has answered nobody.
      Abandonment why = current.abandonment();
      return why == null ? Outcome.OK : outcome(why);
    } catch (CancellationException e) {
      Abandonment why = current.abandonment();
      return why == null ? fail(current, e) : stopped(current, why);
    } catch (StackOverflowError e) {
      return fail(current, e);
    } catch (VirtualMachineError e) {
      return fatal(current, e);
    } catch (Throwable e) {
      return fail(current, e);
    }
  }

  private Outcome fatal(LaneTask current, VirtualMachineError error) {
    try {
      fatalErrors.fatal(error);
    } finally {
      fail(current, error);
      close();
    }
    return Outcome.FAILED;
  }

  private Outcome stopped(LaneTask current, Abandonment why) {
    tell(current, () -> current.task().abandoned(why));
    return outcome(why);
  }

  private Outcome fail(LaneTask current, Throwable cause) {
    LOG.error("function {} failed", current.task().function(), cause);
    tell(current, () -> current.task().failed(cause));
    return Outcome.FAILED;
  }

  /// Ends a task that does not run.
  private void giveUp(LaneTask unwanted, Abandonment why) {
    tell(unwanted, () -> unwanted.task().abandoned(why));
    metrics.ended(unwanted.task().function(), outcome(why));
  }

  /// Ends a task that another worker has, which counts it.
  private void giveUpAway(LaneTask unwanted, Abandonment why) {
    var _ = unwanted.abandon(why);
    tell(unwanted, () -> unwanted.task().abandoned(why));
    unwanted.recall();
  }

  /// Asks the running task to stop, and tells it at once that nobody waits for its result any
  /// more: its function may take its time to notice.
  private void giveUpRunning(LaneTask running, Abandonment why) {
    if (running.abandon(why)) {
      tell(running, () -> running.task().abandoned(why));
    }
  }

  /// Tells the task how it ended; what it does with that must not harm the lane.
  private void tell(LaneTask ended, Runnable message) {
    try {
      message.run();
    } catch (VirtualMachineError e) {
      fatalErrors.fatal(e);
    } catch (RuntimeException | Error e) {
      LOG.error("a task of function {} could not be answered", ended.task().function(), e);
    }
  }

  private static Outcome outcome(Abandonment why) {
    return switch (why) {
      case EXPIRED -> Outcome.EXPIRED;
      case WORKER_DIED -> Outcome.FAILED;
      case STOPPING, CLIENT_GONE -> Outcome.CANCELLED;
    };
  }
}
