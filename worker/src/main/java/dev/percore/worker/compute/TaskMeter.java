package dev.percore.worker.compute;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Measures what the thread that makes it spends from then on: processor time and allocated memory.
/// Confined to that thread. A reading costs about a microsecond (docs/decisions/fair-lane.md).
public final class TaskMeter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long cpuNanos = THREADS.getCurrentThreadCpuTime();
  private final long allocatedBytes = THREADS.getCurrentThreadAllocatedBytes();

  private TaskMeter() {}

  /// What was spent.
  ///
  /// @param cpu processor time, user and system
  /// @param allocatedBytes memory allocated on the heap, be it collected since or not
  public record Spent(Duration cpu, long allocatedBytes) {
    /// Of a task that did not come to its function.
    public static final Spent NOTHING = new Spent(Duration.ZERO, 0);
  }

  /// Begins to measure the current thread.
  public static TaskMeter start() {
    return new TaskMeter();
  }

  /// What was spent so far.
  public Spent spent() {
    return new Spent(
        Duration.ofNanos(Math.max(THREADS.getCurrentThreadCpuTime() - cpuNanos, 0)),
        Math.max(THREADS.getCurrentThreadAllocatedBytes() - allocatedBytes, 0));
  }
}
