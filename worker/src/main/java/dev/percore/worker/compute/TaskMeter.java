package dev.percore.worker.compute;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Measures what the tasks of one thread spend, one after the other: time, processor time and
/// allocated memory. Confined to that thread.
///
/// A reading of the processor time takes as long as a short task does
/// (docs/decisions/fair-lane.md). So there is none for each: a task of up to 20 µs is taken to have
/// had the core all the time, and for a longer one that begins within 20 µs of a reading that one
/// does. If the core was taken from the thread meanwhile, its processor time is wrong by that: too
/// long for the first, too short for the second. It is never longer than the task.
public final class TaskMeter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// What processor time is not looked at for.
  private static final long BRIEF_NANOS = 20_000;

  private final LongSupplier nanoClock;
  private final LongSupplier cpuClock;

  private boolean hasRead;
  private long readAtNanos;
  private long readCpuNanos;
  private long startedNanos;
  private long startedBytes;

  /// A meter of the thread that uses it.
  public TaskMeter() {
    this(System::nanoTime, THREADS::getCurrentThreadCpuTime);
  }

  /// @param cpuClock processor time of the thread so far, nanoseconds
  TaskMeter(LongSupplier nanoClock, LongSupplier cpuClock) {
    this.nanoClock = nanoClock;
    this.cpuClock = cpuClock;
  }

  /// What was spent.
  ///
  /// @param elapsed time from beginning to end
  /// @param cpu processor time, user and system, at most as long
  /// @param allocatedBytes memory allocated on the heap, be it collected since or not
  public record Spent(Duration elapsed, Duration cpu, long allocatedBytes) {
    /// Of a task that did not come to its function.
    public static final Spent NOTHING = new Spent(Duration.ZERO, Duration.ZERO, 0);
  }

  /// A task begins.
  public void start() {
    startedNanos = nanoClock.getAsLong();
    if (!hasRead || startedNanos - readAtNanos > BRIEF_NANOS) {
      read();
      startedNanos = readAtNanos;
    }
    startedBytes = THREADS.getCurrentThreadAllocatedBytes();
  }

  /// What was spent since [#start].
  public Spent spent() {
    long allocatedBytes = THREADS.getCurrentThreadAllocatedBytes() - startedBytes;
    long elapsedNanos = nanoClock.getAsLong() - startedNanos;
    long cpuNanos = elapsedNanos;
    if (elapsedNanos > BRIEF_NANOS) {
      long before = readCpuNanos + (startedNanos - readAtNanos);
      read();
      cpuNanos = Math.clamp(readCpuNanos - before, 1, elapsedNanos); // 0 is for what never ran
    }
    return new Spent(
        Duration.ofNanos(elapsedNanos), Duration.ofNanos(cpuNanos), Math.max(allocatedBytes, 0));
  }

  // The clock is read last, so that what the reading takes is not the next task's.
  private void read() {
    readCpuNanos = cpuClock.getAsLong();
    readAtNanos = nanoClock.getAsLong();
    hasRead = true;
  }
}
