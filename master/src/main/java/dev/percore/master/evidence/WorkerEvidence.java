package dev.percore.master.evidence;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.master.host.Privileges;
import dev.percore.master.supervise.Evidence;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.posix.CurrentThread;
import dev.percore.protocol.posix.DeathNotice;
import dev.percore.protocol.posix.MemoryFile;
import dev.percore.protocol.posix.PosixException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes known of workers, from their start to after their end.
///
/// Its methods are for the master's event loop, on which its answers complete too. What blocks is
/// done by a few threads of its own.
public final class WorkerEvidence implements Evidence, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerEvidence.class);

  private static final int THREADS = 3;

  /// How often one that waits for an end looks whether it is known otherwise.
  private static final Duration VIGIL_LOOK = Duration.ofSeconds(10);

  /// Of these threads: what they do comes when a worker has died, and others have its clients.
  private static final int NICE = 10;

  /// Tasks that may wait; more wait only if a disk hangs.
  private static final int QUEUE = 512;

  private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);

  /// How long a kill waits for evidence.
  private static final Duration SECURE_LIMIT = Duration.ofSeconds(5);

  /// How long an end of the server waits for it.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Executor loop;
  private final BundleFolder bundles;
  private final MemoryEvents memory;
  private final Coroner coroner;
  private final Map<Long, Trace> living = new ConcurrentHashMap<>();
  private final WorkerHistory history = new WorkerHistory();
  private final ScheduledThreadPoolExecutor threads =
      new ScheduledThreadPoolExecutor(THREADS, yielding());

  /// Begins to look at the workers every now and then.
  ///
  /// @param ownership who the workers are
  /// @param loop the master's event loop
  /// @throws IOException if the folder of the bundles cannot be used
  public WorkerEvidence(ServerConfig.Bundles settings, Ownership ownership, Executor loop)
      throws IOException {
    this.loop = loop;
    this.memory = MemoryEvents.ofThisProcess();
    this.bundles = new BundleFolder(settings, ownership);
    this.coroner = new Coroner(bundles, memory);
    bundles.sweep();
    var _ =
        threads.scheduleWithFixedDelay(
            this::sampleAll,
            SAMPLE_INTERVAL.toMillis(),
            SAMPLE_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory yielding() {
    var started = new AtomicInteger(); // for that of a factory the JVM makes six classes
    return body ->
        Thread.ofPlatform()
            .name("evidence-" + started.incrementAndGet())
            .daemon()
            .unstarted(
                () -> {
                  try {
                    CurrentThread.nice(NICE);
                  } catch (PosixException refused) {
                    log.debug("the search for evidence does not yield to workers", refused);
                  }
                  body.run();
                });
  }

  /// Keeps to other settings from now on, after a reload.
  public void use(ServerConfig.Bundles settings) {
    bundles.limit(settings);
  }

  /// Finds out whether workers can write what bundles are to hold. Never fails: what they cannot
  /// is left out. Not for the event loop.
  public void rehearse(Privileges privileges) {
    bundles.rehearse(privileges);
  }

  /// Prepares for a worker that is about to start. Never fails: what cannot be had is left out.
  ///
  /// @param heapBytes the largest size of its heap
  public Trace open(int slot, long heapBytes) {
    Path folder = null;
    Path jvmFolder = null;
    try {
      folder = bundles.open(slot);
      jvmFolder = bundles.openForJvm(folder).orElse(null);
    } catch (IOException refused) {
      log.warn(
          "no {} will be kept of the next worker {}: {}",
          folder == null ? "bundle" : "trace of the JVM",
          slot,
          refused.toString());
    }
    List<String> options =
        jvmFolder == null ? List.of() : Trace.jvmOptions(jvmFolder, bundles.limits(), heapBytes);
    return new Trace(blackBox(slot), folder, jvmFolder, options);
  }

  private static @Nullable MemoryFile blackBox(int slot) {
    try {
      MemoryFile file = MemoryFile.create("percore-worker-" + slot);
      try {
        BlackBoxWriter.format(file.path());
        return file;
      } catch (IOException noRoom) {
        file.close();
        throw noRoom;
      }
    } catch (IOException refused) {
      log.warn("the next worker {} has no black box: {}", slot, refused.toString());
      return null;
    }
  }

  /// The worker has started.
  public void began(long pid, Trace trace, List<String> commandLine) {
    trace.began(commandLine);
    trace.sampled(sample(pid));
    living.put(pid, trace);
  }

  /// Has somebody told, on a thread of its own, when the event loop of a worker that has said hello
  /// ends. For one that is killed, that is some time before its process has ended.
  public void whenLoopEnds(long pid, Runnable told) {
    Trace trace = living.get(pid);
    if (trace == null) {
      return;
    }
    try {
      Optional<DeathNotice> notice = trace.deathNotice().filter(DeathNotice::isLeft);
      notice.ifPresent(
          word ->
              Thread.ofPlatform()
                  .daemon()
                  .name("vigil-" + pid)
                  .start(() -> keepVigil(pid, trace, word, told)));
    } catch (IOException refused) {
      log.debug("the end of pid {} will be known by its exit status alone", pid, refused);
    }
  }

  // Until the exit status is known at the latest.
  private void keepVigil(long pid, Trace trace, DeathNotice notice, Runnable told) {
    try {
      while (trace.equals(living.get(pid))) {
        if (notice.await(VIGIL_LOOK)) {
          told.run();
          return;
        }
      }
    } catch (IOException refused) {
      log.debug("the end of pid {} will be known by its exit status alone", pid, refused);
    }
  }

  /// The worker could not be started.
  public void cancelled(Trace trace) {
    try {
      trace.close();
    } catch (IOException failure) {
      log.warn("something of a worker that did not start is left behind", failure);
    }
  }

  @Override
  public CompletionStage<?> beforeKill(WorkerProcess worker, String reason) {
    long pid = worker.pid();
    Trace trace = living.get(pid);
    Path folder = trace == null ? null : trace.folder();
    if (trace == null || folder == null || isOverloaded()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> gathering =
        CompletableFuture.runAsync(() -> secure(pid, trace, folder), threads);
    trace.secured(gathering);
    return gathering
        .copy()
        .completeOnTimeout(null, SECURE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, defect) -> logDefect(worker, defect))
        .exceptionally(_ -> null)
        .thenRunAsync(() -> {}, loop);
  }

  private static void logDefect(WorkerProcess worker, @Nullable Throwable defect) {
    if (defect != null) {
      log.error("the evidence of {} could not be secured", worker, defect);
    }
  }

  private void secure(long pid, Trace trace, Path folder) {
    try {
      trace.sampled(sample(pid));
      Gatherer.secure(pid, folder, trace.jvmFolder());
    } catch (IOException | UncheckedIOException failure) {
      log.warn("not all evidence of pid {} could be secured: {}", pid, failure.toString());
    }
  }

  /// Looks into the end of a worker; completes on the event loop when that is in the history.
  public CompletionStage<WorkerEnd> exited(WorkerProcess worker, WorkerExit exit) {
    Death death = Death.of(worker, exit, Instant.now());
    Trace trace = living.remove(worker.pid());
    if (trace == null) {
      WorkerEnd end = unexamined(death);
      history.add(end);
      return CompletableFuture.completedFuture(end);
    }
    // No limit is needed: there are no more deaths than starts.
    return trace
        .secured()
        .handleAsync((_, _) -> coroner.examine(death, trace), threads)
        .exceptionally(
            defect -> {
              log.error("the end of {} could not be looked into", worker, defect);
              return unexamined(death);
            })
        .thenApplyAsync(
            end -> {
              history.add(end);
              return end;
            },
            loop);
  }

  private static WorkerEnd unexamined(Death death) {
    return death.end(death.verdict(false, Remains.NONE), null);
  }

  /// The last ends.
  public WorkerHistory history() {
    return history;
  }

  /// The threads of a living worker, and with `heap` what its heap is full of. Fails with an
  /// [IOException] if it does not answer.
  public CompletionStage<String> dump(long pid, boolean heap) {
    if (isOverloaded()) {
      return CompletableFuture.failedFuture(new IOException("too much is being asked already"));
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            String text = Gatherer.threads(pid);
            answer.complete(heap ? text + "\n" + Gatherer.heap(pid) : text);
          } catch (IOException failure) {
            answer.completeExceptionally(failure);
          } catch (RuntimeException defect) {
            answer.completeExceptionally(defect);
          }
        });
    return answer.thenApplyAsync(text -> text, loop);
  }

  private boolean isOverloaded() {
    return threads.getQueue().size() > QUEUE;
  }

  // An exception would end the samples for good.
  private void sampleAll() {
    try {
      living.forEach((pid, trace) -> trace.sampled(sample(pid)));
    } catch (RuntimeException defect) {
      log.error("the memory of the workers could not be looked at", defect);
    }
  }

  private Trace.Sample sample(long pid) {
    var process = new ProcessFiles(pid);
    return new Trace.Sample(
        Instant.now(),
        memory.read(),
        process.memory(ProcessFiles.Memory.RESIDENT).orElse(0L),
        process.memory(ProcessFiles.Memory.RESIDENT_PEAK).orElse(0L));
  }

  /// Finishes what has begun, and removes what belonged to workers. Not for the event loop.
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the end of a worker could not be looked into in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      bundles.close();
    } catch (IOException failure) {
      log.warn("something of the workers is left behind: {}", failure.toString());
    }
  }
}
