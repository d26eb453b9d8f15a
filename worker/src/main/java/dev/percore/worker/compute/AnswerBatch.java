package dev.percore.worker.compute;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the event loop woken once for the answers of several short tasks: each wake-up takes the
/// core from the lane and gives it back, which is many times what such a task takes.
///
/// An answer waits only while another task follows at once that is taken for short ([ShortTasks]),
/// and nothing more joins it after 0.1 ms. Where that was wrong the answer leaves when the event
/// loop is awake for any other reason, such as the timer of deadlines.
///
/// Concurrency: [#mayWait] may be called from any thread, the rest is for the compute thread.
public final class AnswerBatch {
  private static final Logger log = LoggerFactory.getLogger(AnswerBatch.class);

  private static final long LONGEST_WAIT_NANOS = 100_000;

  private final Thread computeThread;
  private final ShortTasks shortTasks;
  private final LongSupplier nanoClock;

  // Of the compute thread.
  private @Nullable Executor asleep;
  private long sinceNanos;

  AnswerBatch(Thread computeThread, ShortTasks shortTasks, LongSupplier nanoClock) {
    this.computeThread = computeThread;
    this.shortTasks = shortTasks;
    this.nanoClock = nanoClock;
  }

  /// Whether an answer of the calling thread may be left with the event loop without waking it. It
  /// is woken before long.
  public boolean mayWait(Executor eventLoop) {
    if (!computeThread.equals(Thread.currentThread())) {
      return false;
    }
    if (asleep == null) {
      asleep = eventLoop;
      sinceNanos = nanoClock.getAsLong();
    }
    return eventLoop.equals(asleep);
  }

  /// A task is about to run on the thread.
  void before(ComputeTask next) {
    if (asleep != null
        && (!shortTasks.includes(next)
            || nanoClock.getAsLong() - sinceNanos > LONGEST_WAIT_NANOS)) {
      wake();
    }
  }

  /// Wakes the event loop if something is left with it.
  void wake() {
    Executor eventLoop = asleep;
    if (eventLoop != null) {
      asleep = null;
      try {
        eventLoop.execute(() -> {});
      } catch (RejectedExecutionException e) {
        log.debug("answers came after the event loop had ended", e);
      }
    }
  }
}
