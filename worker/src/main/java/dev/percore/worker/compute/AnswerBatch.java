package dev.percore.worker.compute;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the event loop woken once for the answers of several short tasks: each wake-up takes the
/// core from the lane and gives it back, which is many times what such a task takes.
///
/// An answer waits only while another short task follows at once, and for 0.1 ms at most; an event
/// loop that is awake for any other reason sends it earlier. A task is short if one of its function
/// that cost as much was.
///
/// Concurrency: [#mayWait] may be called from any thread, the rest is for the compute thread.
public final class AnswerBatch {
  private static final Logger log = LoggerFactory.getLogger(AnswerBatch.class);

  private static final long LONGEST_WAIT_NANOS = 100_000;
  private static final long SHORT_NANOS = 50_000;

  private final Thread computeThread;
  private final LongSupplier nanoClock;

  // Of the compute thread.
  private final Map<String, Double> shortCosts = new HashMap<>();
  private @Nullable Executor asleep;
  private long sinceNanos;

  AnswerBatch(Thread computeThread, LongSupplier nanoClock) {
    this.computeThread = computeThread;
    this.nanoClock = nanoClock;
  }

  /// Whether an answer of the calling thread may be left with the event loop without waking it. It
  /// is woken in time.
  public boolean mayWait(Executor eventLoop) {
    if (!computeThread.equals(Thread.currentThread())) {
      return false;
    }
    if (asleep == null) {
      asleep = eventLoop;
      sinceNanos = nanoClock.getAsLong();
    }
    return true;
  }

  /// A task is about to run on the thread.
  void before(ComputeTask next) {
    if (asleep != null
        && (!isShort(next) || nanoClock.getAsLong() - sinceNanos > LONGEST_WAIT_NANOS)) {
      wake();
    }
  }

  /// The function of a task has returned.
  void after(ComputeTask done) {
    if (Double.isNaN(done.cost())) {
      return;
    }
    if (done.spent().cpu().toNanos() <= SHORT_NANOS) {
      shortCosts.merge(done.function(), done.cost(), Math::max);
    } else if (isShort(done)) {
      shortCosts.remove(done.function());
    }
  }

  // A cost that is not known (NaN) is not within any.
  private boolean isShort(ComputeTask task) {
    Double longest = shortCosts.get(task.function());
    return longest != null && task.cost() <= longest;
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
