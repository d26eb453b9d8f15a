package dev.percore.worker.compute;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the task that runs and keeps, once it has run for longer than a limit, where its
/// function is at that moment: in one line of the log for each slow task, but at most one in a
/// second. All are counted. For the thread that keeps the deadlines.
///
/// The stack is that of another thread, for which that has to come to a safepoint: it does not
/// stop any other, and it is done once for a task at the most.
final class SlowTasks {
  private static final Logger LOG = LoggerFactory.getLogger(SlowTasks.class);
  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int STACK_DEPTH_MAXIMUM = 30;

  private final Duration limit;
  private final Thread thread;
  private final ComputeMetrics metrics;
  private boolean logged;
  private long lastLoggedNanos;

  /// @param limit time on the thread from which a task is slow; zero for never
  /// @param thread on which tasks run
  SlowTasks(Duration limit, Thread thread, ComputeMetrics metrics) {
    this.limit = limit;
    this.thread = thread;
    this.metrics = metrics;
  }

  /// Looks at the task that runs, if there is one.
  void look(LaneQueue queue, long nowNanos) {
    LaneTask running = queue.running();
    if (limit.isZero()
        || running == null
        || nowNanos - running.startedNanos() < limit.toNanos()
        || !running.noteSlow()) {
      return;
    }
    metrics.slow(running.task().function());
    if (logged && nowNanos - lastLoggedNanos < LOG_INTERVAL_NANOS) {
      return;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    if (queue.running() == running) {
      logged = true;
      lastLoggedNanos = nowNanos;
      LOG.warn("{}", line(running, nowNanos, stack));
    }
  }

  private static String line(LaneTask task, long nowNanos, StackTraceElement[] stack) {
    String frames =
        Arrays.stream(stack)
            .limit(STACK_DEPTH_MAXIMUM)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    return "slow: function %s for %s, cost %s, queued %d ms, running for %d ms, at %s"
        .formatted(
            task.task().function(),
            task.client().text(),
            cost(task.task().cost()),
            millis(task.startedNanos() - task.submittedNanos()),
            millis(nowNanos - task.startedNanos()),
            frames);
  }

  private static Object cost(double cost) {
    return Double.isNaN(cost) ? "unknown" : cost;
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
