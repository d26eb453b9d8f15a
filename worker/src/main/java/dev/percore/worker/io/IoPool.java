package dev.percore.worker.io;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.posix.Cpus;
import dev.percore.protocol.posix.CurrentThread;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded pool of threads for handlers that block. Thread-safe.
///
/// So many tasks run, so many wait, and one more is refused at once. Threads start with the first
/// tasks, one each until all are there, and stay. The pool accepts work from its construction
/// until [#close].
public final class IoPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IoPool.class);

  private final ThreadPoolExecutor executor;

  public IoPool(int slot, ServerConfig.Io limits) {
    executor =
        new ThreadPoolExecutor(
            limits.threads(),
            limits.threads(),
            0,
            TimeUnit.SECONDS,
            queue(limits.queue()),
            threads(slot),
            IoPool::refuse);
  }

  /// Runs the task, now or when its turn comes, or refuses it.
  void submit(IoTask task) {
    executor.execute(task);
  }

  /// Gives back the place of a task that still waits; it is neither run nor refused then.
  void withdraw(IoTask task) {
    executor.remove(task);
  }

  /// Tasks that run now, about.
  public int active() {
    return executor.getActiveCount();
  }

  /// Tasks that wait now, about.
  public int queued() {
    return executor.getQueue().size();
  }

  /// Ends at once: refuses what waits and interrupts what runs. Does not wait.
  @Override
  public void close() {
    executor.shutdownNow().forEach(task -> refuse(task, executor));
  }

  /// Waits until what ran when the pool was closed has ended. Not for the event loop.
  ///
  /// @return whether it has ended in time
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return executor.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void refuse(Runnable task, ThreadPoolExecutor executor) {
    ((IoTask) task).refuse(executor.isShutdown() ? IoTask.Refusal.STOPPING : IoTask.Refusal.FULL);
  }

  private static BlockingQueue<Runnable> queue(int capacity) {
    return capacity == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(capacity);
  }

  // Daemons, so that a handler that never returns cannot keep a stopping worker alive.
  private static ThreadFactory threads(int slot) {
    AtomicInteger number = new AtomicInteger();
    return task ->
        Thread.ofPlatform()
            .daemon()
            .name("io-" + slot + "-" + number.incrementAndGet())
            .unstarted(() -> runAnywhere(task));
  }

  // The event loop starts these threads, and they would have its core and no other.
  private static void runAnywhere(Runnable task) {
    try {
      CurrentThread.allow(Cpus.allowed());
    } catch (IOException refused) {
      log.debug("a thread for handlers has the core of the event loop alone", refused);
    }
    task.run();
  }
}
