package dev.percore.worker.compute;

import dev.percore.config.ServerConfig;
import dev.percore.worker.compute.ComputeMetrics.Outcome;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a worker that burns CPU, and the bounded queue before it.
///
/// Concurrency: every method may be called from any thread and none blocks. Tasks run one at a
/// time, in the order of acceptance, on the thread `compute-{slot}`.
///
/// Life: [#start], then [#drain] (finish what is there) or [#close] (give it up). [#terminated]
/// tells when the thread has ended.
public final class ComputeLane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ComputeLane.class);

  private final Thread thread;
  private final Runnable threadSetup;
  private final Duration timeout;
  private final LaneQueue queue;
  private final ServiceTimes serviceTimes = new ServiceTimes();
  private final ComputeMetrics metrics;
  private final FatalErrorHandler fatalErrors;
  private final LongSupplier nanoClock;
  private final CompletableFuture<@Nullable Void> terminated = new CompletableFuture<>();
  private final AtomicLong completed = new AtomicLong();
  private final AtomicLong progress = new AtomicLong();

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
            this,
            task,
            now,
            Deadline.after(timeout, now),
            serviceTimes.estimate(task.function(), task.cost()));
    Optional<Submission.Refused> refusal = queue.offer(offered);
    if (refusal.isPresent()) {
      metrics.ended(task.function(), Outcome.REFUSED);
      return refusal.get();
    }
    return new Submission.Accepted(() -> cancel(offered));
  }

  /// Accepts nothing more, and ends when what was accepted is done.
  public void drain() {
    queue.drain();
    endWithoutThread();
  }

  /// Accepts nothing more, and gives up everything that has not been answered yet.
  @Override
  public void close() {
    for (LaneTask waiting : queue.close()) {
      giveUp(waiting, Abandonment.STOPPING);
    }
    LaneTask running = queue.running();
    if (running != null) {
      // Told at once: the function may take its time to notice, and the worker is about to exit.
      running.abandon(Abandonment.STOPPING);
      tell(running, () -> running.task().abandoned(Abandonment.STOPPING));
    }
    endWithoutThread();
  }

  /// Completes when the lane's thread has ended (or, if it was never started, when the lane is
  /// closed). Never fails.
  public CompletionStage<@Nullable Void> terminated() {
    return terminated.minimalCompletionStage();
  }

  /// Where the lane is in its life.
  public LaneState state() {
    return queue.state();
  }

  /// Tasks that wait.
  public int queued() {
    return queue.waitingCount();
  }

  /// Tasks on the thread: 0 or 1.
  public int running() {
    return queue.running() == null ? 0 : 1;
  }

  /// Tasks that have left the thread, however they ended. Only grows.
  public long completed() {
    return completed.get();
  }

  /// Grows with each task that ends, and with each poll for cancellation by one that may go on. A
  /// lane with a running task whose progress stands still is stuck.
  public long progress() {
    return progress.getOpaque();
  }

  /// One more sign of life. Only for the compute thread.
  void advance() {
    progress.setOpaque(progress.getPlain() + 1);
  }

  long nanoTime() {
    return nanoClock.getAsLong();
  }

  private void cancel(LaneTask unwanted) {
    unwanted.abandon(Abandonment.CLIENT_GONE);
    if (queue.remove(unwanted)) {
      giveUp(unwanted, Abandonment.CLIENT_GONE);
    }
  }

  private void endWithoutThread() {
    if (thread.getState() == Thread.State.NEW) {
      terminated.complete(null);
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
        advance();
      }
    } catch (Throwable e) {
      // Functions cannot bring it here: the lane itself is broken.
      fatalErrors.fatal(e);
    } finally {
      close();
      terminated.complete(null);
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
    // One that was cut off would have taken longer: it counts only if it shows the estimate short.
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
      return Outcome.OK;
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
      case STOPPING, CLIENT_GONE -> Outcome.CANCELLED;
    };
  }
}
