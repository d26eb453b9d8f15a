package dev.percore.master.jobs;

import dev.percore.master.webhook.WebhookTransport;
import dev.percore.protocol.posix.KernelRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All jobs and what becomes of them: accepted, given to workers, given to another one where a
/// worker died, ended, and forgotten after a while.
///
/// A job is accepted when it is in the store, and has ended when its end is. In between the store
/// may lag behind: after a crash of the master such a job is run again. Confined to the master's
/// event loop, but for the constructor.
public final class JobBook {
  private static final Logger log = LoggerFactory.getLogger(JobBook.class);
  private static final int ID_BYTES = 16;
  private static final Duration FORGET_INTERVAL = Duration.ofSeconds(1);

  private final JobStore store;
  private final Executor loop;
  private final InstantSource clock;
  private final JobFigures figures;
  private final Dispatch dispatch;
  private final KeptJobs kept;
  private final Deliveries deliveries;
  private JobSettings settings;
  private final Availability availability = new Availability();
  private boolean closed;
  private boolean terminated;
  private long forgetAtMillis;
  private long lastSequence;

  /// @param memoryLimit bytes of this process that the book may take, roughly
  public JobBook(
      JobStore store,
      Crew crew,
      Executor loop,
      JobSettings settings,
      WebhookTransport transport,
      JobFigures figures,
      InstantSource clock,
      LongSupplier nanoTime,
      long memoryLimit) {
    this.store = store;
    this.kept = new KeptJobs(memoryLimit);
    this.loop = loop;
    this.settings = settings;
    this.figures = figures;
    this.clock = clock;
    this.dispatch =
        new Dispatch(
            store,
            crew,
            loop,
            nanoTime,
            entry -> end(entry, JobState.FAILED, JobProblem.requestLost()),
            entry -> end(entry, JobState.CANCELLED, JobProblem.cancelled()));
    this.deliveries =
        new Deliveries(
            transport, this::event, this::delivered, loop, clock, figures, settings.webhooks());
  }

  /// Opens the store. What a former master has not brought to an end waits again, in its old order.
  ///
  /// @return completes on the event loop; never exceptionally
  public CompletionStage<Void> open() {
    return store.open().handleAsync(this::opened, loop);
  }

  private @Nullable Void opened(@Nullable List<Job> jobs, @Nullable Throwable failure) {
    if (availability.isGone()) {
      return null; // the server has stopped meanwhile
    }
    if (jobs == null) {
      availability.notOpened(failure);
      return null;
    }
    jobs.forEach(this::recover);
    availability.opened();
    if (!jobs.isEmpty()) {
      log.info("{} jobs are in the store, {} of them not ended", jobs.size(), kept.open());
    }
    if (terminated) {
      cancelAll();
    }
    proceed();
    return null;
  }

  private void recover(Job job) {
    Entry entry = new Entry(job.state() == JobState.RUNNING ? job.requeued(false) : job);
    entry.stored().complete(null);
    lastSequence = Math.max(lastSequence, job.sequence());
    kept.add(entry);
    if (job.state() == JobState.RUNNING && !job.call().idempotent()) {
      end(entry, JobState.FAILED, JobProblem.notRepeatable(job));
    } else if (!job.state().isEnd()) {
      dispatch.enqueue(entry);
    } else if (job.delivery().isPending()) {
      deliveries.add(entry);
    }
  }

  /// Uses other limits from now on.
  public void use(JobSettings next) {
    settings = next;
    deliveries.use(next.webhooks());
  }

  /// Accepts no jobs and begins none any more; those that there are can be asked for.
  ///
  /// @param reason for those who ask
  public void suspend(String reason) {
    availability.suspend(reason);
  }

  /// Serves nothing any more.
  public void close() {
    availability.close("the server stops.");
    deliveries.close();
  }

  /// Accepts jobs, or none.
  ///
  /// @param giveUp whether all that have not ended are given up; those that run are asked to stop
  public void accept(boolean accept, boolean giveUp) {
    closed = !accept;
    terminated = giveUp;
    if (giveUp) {
      cancelAll();
    }
  }

  private void cancelAll() {
    for (Entry entry : kept.all()) {
      if (!entry.isEnding() && !entry.job().state().isEnd()) {
        cancelNow(entry);
      }
    }
  }

  /// Whether no job is going to be brought to an end any more: all are, or they are not served.
  public boolean isFinished() {
    return availability.isGone() || (!availability.isOpening() && kept.open() == 0);
  }

  /// Whether no worker has a job.
  public boolean isIdle() {
    return dispatch.isIdle();
  }

  /// Jobs in that state. From any thread.
  public int count(JobState state) {
    return kept.count(state);
  }

  /// Ends of jobs that are to be delivered. From any thread.
  public int pendingDeliveries() {
    return kept.pending();
  }

  /// Accepts a job, or finds the one that was accepted with the same key before.
  ///
  /// @return the job when it would survive a crash; exceptionally if it could not be stored
  CompletionStage<Entry> submit(Job.Order order, byte[] request) throws RefusedException {
    availability.requireFull();
    if (!order.key().isEmpty()) {
      Optional<Entry> known = kept.withKey(order.call().function(), order.key());
      if (known.isPresent()) {
        return repeated(known.get(), order.fingerprint());
      }
    }
    if (closed) {
      throw new RefusedException(JobProblem.poolClosed());
    }
    if (kept.open() >= settings.jobs().queue()) {
      throw new RefusedException(JobProblem.queueFull(kept.open()));
    }
    order.callbacks().require(settings.webhooks(), kept::owed);
    Job job =
        Job.queued(new Job.Origin(newId(), ++lastSequence, order, clock.millis(), request.length));
    makeRoom(job);
    Entry entry = new Entry(job);
    kept.add(entry);
    var _ = store.add(job, request).whenCompleteAsync((_, lost) -> added(entry, lost), loop);
    return entry.stored().thenApply(_ -> entry);
  }

  private static CompletionStage<Entry> repeated(Entry known, String fingerprint)
      throws RefusedException {
    if (!known.job().origin().order().fingerprint().equals(fingerprint)) {
      throw new RefusedException(JobProblem.keyReused());
    }
    return known.stored().thenApply(_ -> known);
  }

  private void added(Entry entry, @Nullable Throwable lost) {
    if (lost != null) {
      availability.failed(lost);
      kept.remove(entry);
      entry.stored().completeExceptionally(lost);
      return;
    }
    if (!entry.isEnding()) { // by the end of the pool
      dispatch.enqueue(entry);
    }
    entry.stored().complete(null);
    proceed();
  }

  /// The job of that id.
  Optional<Entry> find(String id) throws RefusedException {
    availability.requireReadable();
    return kept.find(id).filter(entry -> entry.stored().isDone());
  }

  /// All jobs, the newest first. A view.
  Stream<Entry> newestFirst() throws RefusedException {
    availability.requireReadable();
    return kept.newestFirst();
  }

  /// For each of these jobs that waits, how many are ahead of it.
  Map<Entry, Integer> positions(Collection<Entry> some) {
    return dispatch.positions(some);
  }

  /// How many jobs are ahead of one, 0 if it does not wait.
  int position(Entry entry) {
    return entry.job().state() == JobState.QUEUED ? dispatch.position(entry) : 0;
  }

  /// The answer of a job that has ended.
  CompletionStage<byte[]> answer(Job job) {
    return store.answer(job.id()).thenApplyAsync(bytes -> bytes, loop);
  }

  /// Gives a job up; one that runs is asked to stop.
  ///
  /// @return whether that is done, rather than asked for
  boolean cancel(Entry entry) throws RefusedException {
    availability.requireFull();
    if (entry.isEnding() || entry.job().state().isEnd()) {
      throw new RefusedException(JobProblem.ended(entry.job()));
    }
    return cancelNow(entry);
  }

  private boolean cancelNow(Entry entry) {
    entry.cancel();
    if (entry.run() != null) {
      dispatch.cancel(entry);
      return false;
    }
    end(entry, JobState.CANCELLED, JobProblem.cancelled());
    return true;
  }

  /// A worker begins to run a job.
  public void started(long run, long pid) {
    dispatch
        .of(run, pid)
        .ifPresent(
            entry -> {
              kept.become(entry, entry.job().started(clock.millis()));
              figures.started();
              var _ = store.update(entry.job()).whenCompleteAsync((_, lost) -> noted(lost), loop);
              if (entry.isCancelling()) {
                dispatch.cancel(entry);
              }
            });
  }

  /// A worker says how far a job is.
  public void progressed(long run, long pid, double fraction) {
    dispatch.of(run, pid).ifPresent(entry -> entry.progress(Math.clamp(fraction, 0, 1)));
  }

  /// A worker has run a job to its end. Only the run that is known counts: a second result, or one
  /// of a run that was given up, changes nothing.
  public void ended(long run, long pid, int status, String contentType, byte[] body) {
    dispatch
        .of(run, pid)
        .ifPresent(
            entry -> {
              if (entry.isCancelling()) {
                end(entry, JobState.CANCELLED, JobProblem.cancelled());
              } else if (body.length > settings.jobs().resultSizeBytes()) {
                end(
                    entry,
                    JobState.FAILED,
                    JobProblem.tooLarge(body.length, settings.jobs().resultSizeBytes()));
              } else {
                JobState state = status < 400 ? JobState.SUCCEEDED : JobState.FAILED;
                end(entry, state, status, contentType, body);
              }
            });
    proceed();
  }

  /// A worker gives a job back, for a reason of its own.
  public void returned(long run, long pid) {
    dispatch
        .of(run, pid)
        .ifPresent(
            entry -> {
              if (entry.job().state() == JobState.QUEUED) {
                dispatch.rest(pid);
              }
              giveBack(entry, false);
            });
    proceed();
  }

  /// Nothing will be heard of a worker any more.
  ///
  /// @param died whether it was not told to end
  public void lost(long pid, boolean died) {
    for (Entry entry : dispatch.at(pid)) {
      giveBack(entry, died && entry.job().state() == JobState.RUNNING);
    }
    proceed();
  }

  private void giveBack(Entry entry, boolean died) {
    boolean wasRunning = entry.job().state() == JobState.RUNNING;
    dispatch.remove(entry);
    if (entry.isCancelling()) {
      end(entry, JobState.CANCELLED, JobProblem.cancelled());
      return;
    }
    Job next = entry.job().requeued(died);
    if (died) {
      figures.died();
      log.warn(
          "job {} ({}) was running in a worker that died; it was the {}. of at most {}",
          next.id(),
          next.call().function(),
          next.deaths(),
          settings.jobs().attempts());
    }
    if (died && next.deaths() >= settings.jobs().attempts()) {
      kept.become(entry, next);
      end(entry, JobState.FAILED, JobProblem.poison(next));
    } else if (wasRunning && !next.call().idempotent()) {
      end(entry, JobState.FAILED, JobProblem.notRepeatable(next));
    } else {
      if (wasRunning) {
        kept.become(entry, next);
        var _ = store.update(next).whenCompleteAsync((_, lost) -> noted(lost), loop);
      }
      dispatch.enqueue(entry);
    }
  }

  private void end(Entry entry, JobState state, JobProblem problem) {
    end(entry, state, problem.status(), JobProblem.MEDIA_TYPE, problem.json());
  }

  private void end(Entry entry, JobState state, int status, String contentType, byte[] body) {
    dispatch.remove(entry);
    entry.end();
    var answered = new Job.End(clock.millis(), status, contentType, body.length);
    Job ended = entry.job().ended(state, answered);
    var _ =
        store
            .end(ended, body)
            .whenCompleteAsync(
                (_, lost) -> {
                  noted(lost);
                  if (lost == null) {
                    kept.become(entry, ended);
                    figures.ended(ended);
                    if (ended.delivery().isPending()) {
                      deliveries.add(entry);
                      deliveries.proceed();
                    }
                    drop(kept.beyond(settings.jobs().sizeBytes()));
                  }
                },
                loop);
  }

  private CompletionStage<byte[]> event(Entry entry) {
    Job job = entry.job();
    return JobDocument.isPushed(job)
        ? answer(job).thenApply(answer -> JobDocument.event(entry, answer))
        : CompletableFuture.completedFuture(JobDocument.event(entry));
  }

  private void delivered(Entry entry, Delivery next) {
    kept.become(entry, entry.job().with(next));
    var _ = store.update(entry.job()).whenCompleteAsync((_, lost) -> noted(lost), loop);
  }

  /// Time has passed.
  public void tick() {
    if (availability.isFull()) {
      forgetOld();
      proceed();
    }
    deliveries.proceed(); // also while another master waits for the jobs that run here
  }

  private void proceed() {
    if (availability.isFull()) {
      dispatch.proceed();
    }
  }

  private void forgetOld() {
    long now = clock.millis();
    if (now < forgetAtMillis) {
      return;
    }
    forgetAtMillis = now + FORGET_INTERVAL.toMillis();
    drop(kept.endedBefore(now - settings.jobs().keep().toMillis()));
  }

  private void makeRoom(Job job) throws RefusedException {
    drop(kept.inTheWayOf(job, settings.jobs().sizeBytes()));
    if (!kept.hasRoomFor(job, settings.jobs().sizeBytes())) {
      throw new RefusedException(JobProblem.storeFull());
    }
  }

  private void drop(List<Entry> unwanted) {
    if (!unwanted.isEmpty()) {
      unwanted.forEach(deliveries::forget);
      unwanted.forEach(kept::remove);
      var _ =
          store
              .remove(unwanted.stream().map(entry -> entry.job().id()).toList())
              .whenCompleteAsync((_, lost) -> noted(lost), loop);
    }
  }

  private void noted(@Nullable Throwable lost) {
    if (lost != null) {
      availability.failed(lost);
    }
  }

  private static String newId() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(KernelRandom.bytes(ID_BYTES));
  }
}
