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
/// An answer waits only while another task follows at once that is taken for short, and nothing
/// more joins it after 0.1 ms. A task is taken for short if those of its function that cost as much
/// were so the last times. Where that was wrong the answer leaves when the event loop is awake for
/// any other reason, such as the timer of deadlines.
///
/// Concurrency: [#mayWait] may be called from any thread, the rest is for the compute thread.
public final class AnswerBatch {
  private static final Logger log = LoggerFactory.getLogger(AnswerBatch.class);

  private static final long LONGEST_WAIT_NANOS = 100_000;
  private static final long SHORT_NANOS = 50_000;

  /// After so many in a row the next one is taken for short as well.
  private static final int ENOUGH = 10;

  private static final ShortTasks NONE = new ShortTasks(Double.NEGATIVE_INFINITY, 0);

  private final Thread computeThread;
  private final LongSupplier nanoClock;

  // Of the compute thread.
  private final Map<String, ShortTasks> shortTasks = new HashMap<>();
  private @Nullable Executor asleep;
  private long sinceNanos;

  /// Short tasks of one function, of late.
  ///
  /// @param count how many in a row
  private record ShortTasks(double longestCost, int count) {
    boolean covers(double cost) {
      return cost <= longestCost; // not if it is unknown (NaN)
    }

    // What is known of shorter ones says nothing about one that costs more.
    ShortTasks plus(double cost) {
      return covers(cost) ? new ShortTasks(longestCost, count + 1) : new ShortTasks(cost, 1);
    }
  }

  AnswerBatch(Thread computeThread, LongSupplier nanoClock) {
    this.computeThread = computeThread;
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
        && (!isShort(next) || nanoClock.getAsLong() - sinceNanos > LONGEST_WAIT_NANOS)) {
      wake();
    }
  }

  /// A task has left the thread.
  ///
  /// @param well whether its function has come to its end
  void after(ComputeTask done, boolean well) {
    if (Double.isNaN(done.cost()) || done.spent().cpu().isZero()) {
      return; // nothing is known of it, or it did not come to its function
    }
    ShortTasks before = shortTasks.getOrDefault(done.function(), NONE);
    if (done.spent().cpu().toNanos() > SHORT_NANOS) {
      if (before.covers(done.cost())) {
        shortTasks.remove(done.function());
      }
    } else if (well) {
      shortTasks.put(done.function(), before.plus(done.cost()));
    }
  }

  private boolean isShort(ComputeTask task) {
    ShortTasks known = shortTasks.getOrDefault(task.function(), NONE);
    return known.count() >= ENOUGH && known.covers(task.cost());
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
