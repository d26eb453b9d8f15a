package dev.percore.master.jobs;

import dev.percore.config.ServerConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final SecureRandom random = new SecureRandom();
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Entry> byKey = new HashMap<>();
  private ServerConfig.Jobs settings;
  private @Nullable String unavailable = "the store is being opened.";
  private Store reachable = Store.OPENING;
  private final Map<JobState, AtomicInteger> byState = new EnumMap<>(JobState.class);
  private boolean closed;
  private boolean terminated;
  private long forgetAtMillis;
  private long lastSequence;
  private final long memoryLimit;
  private long bytes;
  private long memory;
  private int open;

  private enum Store {
    OPENING,
    OPEN,
    /// Closed, or failed, which is for good.
    GONE
  }

  /// A job is refused; the problem says why.
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient JobProblem problem;

    RefusedException(JobProblem problem) {
      super(problem.detail());
      this.problem = problem;
    }

    JobProblem problem() {
      return problem;
    }
  }

  /// @param memoryLimit bytes of this process that the book may take, roughly
  public JobBook(
      JobStore store,
      Crew crew,
      Executor loop,
      ServerConfig.Jobs settings,
      JobFigures figures,
      InstantSource clock,
      LongSupplier nanoTime,
      long memoryLimit) {
    this.store = store;
    this.memoryLimit = memoryLimit;
    this.loop = loop;
    this.settings = settings;
    this.figures = figures;
    this.clock = clock;
    for (JobState state : JobState.values()) {
      byState.put(state, new AtomicInteger());
    }
    this.dispatch =
        new Dispatch(
            store,
            crew,
            loop,
            nanoTime,
            entry -> end(entry, JobState.FAILED, JobProblem.requestLost()),
            entry -> end(entry, JobState.CANCELLED, JobProblem.cancelled()));
  }

  /// Opens the store. What a former master has not brought to an end waits again, in its old order.
  ///
  /// @return completes on the event loop; never exceptionally
  public CompletionStage<Void> open() {
    return store.open().handleAsync(this::opened, loop);
  }

  private @Nullable Void opened(@Nullable List<Job> jobs, @Nullable Throwable failure) {
    if (reachable == Store.GONE) {
      return null; // the server has stopped meanwhile
    }
    if (jobs == null) {
      reachable = Store.GONE;
      unavailable = "the store cannot be opened; the server's log says why.";
      log.error("jobs are not served: {}", failure == null ? "" : failure.getMessage());
      return null;
    }
    reachable = Store.OPEN;
    jobs.forEach(this::recover);
    unavailable = null;
    if (!jobs.isEmpty()) {
      log.info("{} jobs are in the store, {} of them not ended", jobs.size(), open);
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
    register(entry);
    if (job.state().isEnd()) {
      open--;
    } else if (job.state() == JobState.RUNNING && !job.call().idempotent()) {
      end(entry, JobState.FAILED, JobProblem.notRepeatable(job));
    } else {
      dispatch.enqueue(entry);
    }
  }

  /// Uses other limits from now on.
  public void use(ServerConfig.Jobs next) {
    settings = next;
  }

  /// Accepts no jobs and begins none any more; those that there are can be asked for.
  ///
  /// @param reason for those who ask
  public void suspend(String reason) {
    unavailable = reason;
  }

  /// Serves nothing any more.
  public void close() {
    suspend("the server stops.");
    reachable = Store.GONE;
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
    for (Entry entry : List.copyOf(entries.values())) {
      if (!entry.isEnding() && !entry.job().state().isEnd()) {
        cancelNow(entry);
      }
    }
  }

  /// Whether no job is going to be brought to an end any more: all are, or they are not served.
  public boolean isFinished() {
    return switch (reachable) {
      case OPENING -> false;
      case OPEN -> open == 0;
      case GONE -> true;
    };
  }

  /// Whether no worker has a job.
  public boolean isIdle() {
    return dispatch.isIdle();
  }

  /// Jobs in that state. From any thread.
  public int count(JobState state) {
    return number(state).get();
  }

  /// Accepts a job, or finds the one that was accepted with the same key before.
  ///
  /// @param key Idempotency-Key, or empty
  /// @param fingerprint of the request
  /// @return the job when it would survive a crash; exceptionally if it could not be stored
  CompletionStage<Entry> submit(Job.Call call, byte[] request, String key, String fingerprint)
      throws RefusedException {
    requireAvailable();
    if (!key.isEmpty()) {
      Entry known = byKey.get(scoped(call.function(), key));
      if (known != null) {
        if (!known.job().fingerprint().equals(fingerprint)) {
          throw new RefusedException(JobProblem.keyReused());
        }
        return known.stored().thenApply(_ -> known);
      }
    }
    if (closed) {
      throw new RefusedException(JobProblem.poolClosed());
    }
    if (open >= settings.queue()) {
      throw new RefusedException(JobProblem.queueFull(open));
    }
    Job job =
        Job.queued(newId(), ++lastSequence, call, clock.millis(), request.length, key, fingerprint);
    makeRoom(job);
    Entry entry = new Entry(job);
    register(entry);
    var _ = store.add(job, request).whenCompleteAsync((_, lost) -> added(entry, lost), loop);
    return entry.stored().thenApply(_ -> entry);
  }

  private void added(Entry entry, @Nullable Throwable lost) {
    if (lost != null) {
      storeFailed(lost);
      forget(entry);
      open--;
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
    requireReadable();
    return Optional.ofNullable(entries.get(id)).filter(entry -> entry.stored().isDone());
  }

  /// All jobs, the newest first. A view.
  Stream<Entry> newestFirst() throws RefusedException {
    requireReadable();
    return entries.sequencedValues().reversed().stream();
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
    requireAvailable();
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
              become(entry, entry.job().started(clock.millis()));
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
              } else if (body.length > settings.resultSizeBytes()) {
                end(
                    entry,
                    JobState.FAILED,
                    JobProblem.tooLarge(body.length, settings.resultSizeBytes()));
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
          settings.attempts());
    }
    if (died && next.deaths() >= settings.attempts()) {
      become(entry, next);
      end(entry, JobState.FAILED, JobProblem.poison(next));
    } else if (wasRunning && !next.call().idempotent()) {
      end(entry, JobState.FAILED, JobProblem.notRepeatable(next));
    } else {
      if (wasRunning) {
        become(entry, next);
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
    Job ended = entry.job().ended(state, clock.millis(), status, contentType, body.length);
    var _ =
        store
            .end(ended, body)
            .whenCompleteAsync(
                (_, lost) -> {
                  noted(lost);
                  if (lost == null) {
                    open--;
                    bytes += ended.size() - entry.job().size();
                    become(entry, ended);
                    figures.ended(ended);
                    dropOldest(0, 0);
                  }
                },
                loop);
  }

  /// Time has passed.
  public void tick() {
    if (unavailable == null) {
      forgetOld();
      proceed();
    }
  }

  private void proceed() {
    if (unavailable == null) {
      dispatch.proceed();
    }
  }

  private void forgetOld() {
    long now = clock.millis();
    if (now < forgetAtMillis) {
      return;
    }
    forgetAtMillis = now + FORGET_INTERVAL.toMillis();
    long before = now - settings.keep().toMillis();
    List<Entry> old =
        entries.values().stream()
            .filter(entry -> entry.job().state().isEnd() && entry.job().endedMillis() < before)
            .toList();
    drop(old);
  }

  private void makeRoom(Job job) throws RefusedException {
    dropOldest(job.size(), job.memory());
    if (bytes + job.size() > settings.sizeBytes() || memory + job.memory() > memoryLimit) {
      throw new RefusedException(JobProblem.storeFull());
    }
  }

  // Of those that have ended, as far as need be.
  private void dropOldest(long size, long memorySize) {
    long surplus = bytes + size - settings.sizeBytes();
    long surplusMemory = memory + memorySize - memoryLimit;
    if (surplus <= 0 && surplusMemory <= 0) {
      return;
    }
    List<Entry> oldest = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (surplus <= 0 && surplusMemory <= 0) {
        break;
      }
      if (entry.job().state().isEnd()) {
        oldest.add(entry);
        surplus -= entry.job().size();
        surplusMemory -= entry.job().memory();
      }
    }
    drop(oldest);
  }

  private void drop(List<Entry> unwanted) {
    if (!unwanted.isEmpty()) {
      unwanted.forEach(this::forget);
      var _ =
          store
              .remove(unwanted.stream().map(entry -> entry.job().id()).toList())
              .whenCompleteAsync((_, lost) -> noted(lost), loop);
    }
  }

  private AtomicInteger number(JobState state) {
    return Objects.requireNonNull(byState.get(state));
  }

  private void become(Entry entry, Job next) {
    number(entry.job().state()).decrementAndGet();
    number(next.state()).incrementAndGet();
    entry.become(next);
  }

  private void register(Entry entry) {
    Job job = entry.job();
    number(job.state()).incrementAndGet();
    entries.put(job.id(), entry);
    if (!job.key().isEmpty()) {
      byKey.put(scoped(job.call().function(), job.key()), entry);
    }
    bytes += job.size();
    memory += job.memory();
    open++;
  }

  private void forget(Entry entry) {
    Job job = entry.job();
    number(job.state()).decrementAndGet();
    entries.remove(job.id());
    byKey.remove(scoped(job.call().function(), job.key()), entry);
    bytes -= job.size();
    memory -= job.memory();
  }

  private void requireReadable() throws RefusedException {
    if (reachable != Store.OPEN) {
      requireAvailable();
    }
  }

  private void requireAvailable() throws RefusedException {
    String reason = unavailable;
    if (reason != null) {
      boolean soon = reachable != Store.GONE;
      throw new RefusedException(JobProblem.unavailable(reason, soon ? 1 : 0));
    }
  }

  private void noted(@Nullable Throwable lost) {
    if (lost != null && unavailable == null) {
      storeFailed(lost);
    }
  }

  private void storeFailed(Throwable lost) {
    reachable = Store.GONE;
    unavailable = "the store has failed; the server's log says why.";
    log.error("jobs are not served any more, since their store has failed", lost);
  }

  private String newId() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  private static String scoped(String function, String key) {
    return function + ' ' + key;
  }
}
