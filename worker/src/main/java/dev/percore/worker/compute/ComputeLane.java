package dev.percore.worker.compute;

import dev.percore.config.ServerConfig;
import dev.percore.worker.compute.ComputeMetrics.Outcome;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a worker that burns CPU, and the bounded queue before it.
///
/// Concurrency: every method may be called from any thread and none blocks. Tasks run one at a
/// time, fairly between clients and short ones first ([FairOrder]), on the thread
/// `compute-{slot}`.
///
/// Life: [#start], then [#close]. Deadlines are kept by whoever calls [#expireOverdue], one at a
/// time: not by the lane's own thread, which belongs to a function that may not look up for long.
public final class ComputeLane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ComputeLane.class);

  private final Thread thread;
  private final Runnable threadSetup;
  private final CountDownLatch isSetUp = new CountDownLatch(1);
  private final Duration timeout;
  private final LaneQueue queue;
  private final ServiceTimes serviceTimes = new ServiceTimes();
  private final ShortTasks shortTasks = new ShortTasks();
  private final ComputeMetrics metrics;
  private final FatalErrorHandler fatalErrors;
  private final TaskEnds ends;
  private final TaskRunner runner;
  private final SlowTasks slowTasks;
  private final AnswerBatch answers;
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
    this.ends = new TaskEnds(metrics, fatalErrors);
    this.runner =
        new TaskRunner(
            serviceTimes,
            shortTasks,
            ends,
            metrics,
            fatalErrors,
            queue::release,
            this::close,
            new TaskMeter(),
            nanoClock);
    this.thread = Thread.ofPlatform().name("compute-" + slot).unstarted(this::live);
    this.answers = new AnswerBatch(thread, shortTasks, nanoClock);
    this.slowTasks = new SlowTasks(settings.slowAfter(), thread, metrics);
  }

  /// Starts the thread; from now on tasks are accepted.
  public void start() {
    queue.open();
    metrics.watch(this);
    thread.start();
  }

  /// Waits until the started thread is set up. What changes its nice value comes after that.
  public void awaitSetup() throws InterruptedException {
    isSetUp.await();
  }

  /// Offers a task.
  public Submission submit(ComputeTask task) {
    long now = nanoTime();
    LaneTask offered =
        laneTask(task, now, TaskDeadline.after(timeout(task), now), task.isPortable());
    return switch (queue.offer(offered)) {
      case LaneQueue.Offer.Added() -> accepted(offered);
      case LaneQueue.Offer.Displaced(LaneTask other, Submission.Refused why) -> {
        ends.displace(other, why);
        yield accepted(offered);
      }
      case LaneQueue.Offer.Refused(Submission.Refused why) -> {
        metrics.ended(task.function(), Outcome.REFUSED);
        yield why;
      }
    };
  }

  /// Sets who is told of all changes of the lane's load; before [#start], to see all.
  public void listen(LaneListener listener) {
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
        laneTask(task, now - queued.toNanos(), TaskDeadline.after(remaining, now), false);
    return queue.adopt(adopted)
        ? new Submission.Accepted(() -> cancel(adopted))
        : AdmissionPolicy.stopping(queue.waitingCount());
  }

  /// Takes out a waiting task for another worker that idles, if there is one that is worth it. The
  /// other worker counts it in its metrics.
  ///
  /// @param fits which tasks may go there
  public Optional<AwayTask> giveAway(Predicate<ComputeTask> fits) {
    LaneTask given = queue.giveAway(fits);
    return Optional.ofNullable(given).map(task -> new AwayTask(this, task, nanoTime()));
  }

  /// Whether [#giveAway] would find a task at this moment.
  public boolean hasToGive() {
    return queue.hasToGive();
  }

  /// Tasks that other workers have in this one's place.
  public int away() {
    return queue.awayCount();
  }

  boolean ended(LaneTask away) {
    return queue.forget(away);
  }

  void putBack(LaneTask away, boolean stays) {
    switch (queue.putBack(away, stays)) {
      case WAITS -> {}
      case CLOSED -> ends.giveUp(away, Abandonment.STOPPING);
      case GIVEN_UP -> countLost(away);
    }
  }

  boolean lost(LaneTask away) {
    if (away.task().isIdempotent()) {
      away.task().again();
      putBack(away, true);
      return true;
    }
    if (queue.forget(away)) {
      ends.giveUp(away, Abandonment.WORKER_DIED);
    } else {
      countLost(away);
    }
    return false;
  }

  // It was told when it was given up, and whoever had it did not live to count it.
  private void countLost(LaneTask away) {
    Abandonment why = away.abandonment();
    ends.count(away, why == null ? Abandonment.WORKER_DIED : why);
  }

  /// Gives up the tasks whose deadline has passed, and tells them at once. The one that runs is
  /// flagged besides: its function may go on without a look, but its client has the answer. Notes
  /// the one that has run for too long.
  /// Deadlines are as exact as the calls of this method are frequent.
  public void expireOverdue() {
    long now = nanoTime();
    for (LaneTask overdue : queue.removeOverdue(now)) {
      ends.giveUp(overdue, Abandonment.EXPIRED);
    }
    for (LaneTask overdue : queue.forgetOverdue(now)) {
      ends.giveUpAway(overdue, Abandonment.EXPIRED);
    }
    slowTasks.look(queue, now);
    LaneTask running = queue.running();
    if (running != null && running.deadline().hasPassed(now)) {
      ends.giveUpRunning(running, Abandonment.EXPIRED);
    }
  }

  /// Accepts nothing more, and gives up everything that has not been answered yet.
  @Override
  public void close() {
    giveUp(queue.close());
  }

  /// Gives up everything that has not been answered yet, and goes on to accept more.
  public void giveUpAll() {
    giveUp(queue.removeAll());
  }

  private void giveUp(List<LaneTask> allThatWait) {
    for (LaneTask waiting : allThatWait) {
      ends.giveUp(waiting, Abandonment.STOPPING);
    }
    for (LaneTask away : queue.forgetAll()) {
      ends.giveUpAway(away, Abandonment.STOPPING);
    }
    LaneTask running = queue.running();
    if (running != null) {
      ends.giveUpRunning(running, Abandonment.STOPPING);
    }
  }

  /// Waits until what ran when the lane was closed has left the thread. Not for the event loop.
  ///
  /// @return whether it has left in time
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return thread.getState() == Thread.State.NEW || thread.join(timeout);
  }

  /// Whether nothing waits, runs or is with another worker.
  public boolean isEmpty() {
    return queued() == 0 && running() == 0 && away() == 0;
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

  /// Which answers of tasks need not wake the event loop at once.
  public AnswerBatch answers() {
    return answers;
  }

  private long nanoTime() {
    return nanoClock.getAsLong();
  }

  private LaneTask laneTask(
      ComputeTask task, long submittedNanos, TaskDeadline deadline, boolean portable) {
    boolean isShort = shortTasks.includes(task);
    Duration estimate =
        isShort ? Duration.ZERO : serviceTimes.estimate(task.function(), task.cost());
    return new LaneTask(task, submittedNanos, deadline, estimate, isShort, portable);
  }

  private Submission accepted(LaneTask task) {
    return new Submission.Accepted(() -> cancel(task));
  }

  private Duration timeout(ComputeTask task) {
    Duration own = task.timeout();
    return own == null || own.compareTo(timeout) > 0 ? timeout : own;
  }

  private void cancel(LaneTask unwanted) {
    var _ = unwanted.abandon(Abandonment.CLIENT_GONE);
    if (queue.remove(unwanted)) {
      ends.giveUp(unwanted, Abandonment.CLIENT_GONE);
    } else if (queue.forget(unwanted)) {
      ends.giveUpAway(unwanted, Abandonment.CLIENT_GONE);
    }
  }

  /// The life of the thread.
  private void live() {
    try {
      setUp();
      for (LaneTask next = take(); next != null; next = take()) {
        answers.before(next.task());
        runner.execute(next);
        completed.incrementAndGet();
      }
    } catch (Throwable e) {
      // Functions cannot bring it here: the lane itself is broken.
      fatalErrors.fatal(e);
    } finally {
      close();
      answers.wake();
    }
  }

  private @Nullable LaneTask take() {
    LaneTask next = queue.poll();
    if (next == null) {
      answers.wake();
      next = queue.take();
    }
    return next;
  }

  // A lane on any core is better than none.
  private void setUp() {
    try {
      threadSetup.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("the setup of {} failed; it works on without", thread.getName(), e);
    } finally {
      isSetUp.countDown();
    }
  }
}
