package dev.percore.worker.compute;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Knows which tasks are short, far below what [ServiceTimes] tells apart: those of a function that
/// cost no more than ten of late which took no more than 50 µs of processor time each, and of which
/// few others took longer.
///
/// It is processor time, since a short task whose core is taken from it for a while is as short as
/// before. But one that is on the thread for a millisecond each time waits for something, and is
/// not short for those behind it. Thread-safe.
final class ShortTasks {
  private static final long SHORT_NANOS = 50_000;
  private static final Duration WAITED = Duration.ofMillis(1);

  /// After so many the next one is taken for short as well.
  private static final int ENOUGH = 10;

  /// No more are counted, so that what is true no longer is soon forgotten.
  private static final int MOST = 100;

  /// As many short ones make up for one that was long: a function of which one in sixty is long is
  /// none of short tasks. What a virtual machine loses to its host makes some in a thousand long.
  private static final int WEIGHT_OF_LONG = 60;

  /// Likewise for one that has waited: whatever was counted before, three in a row end it.
  private static final int WEIGHT_OF_WAITING = 31;

  private static final Known NOTHING = new Known(Double.NEGATIVE_INFINITY, 0);

  private final Map<String, Known> byFunction = new ConcurrentHashMap<>();

  /// What is known of one function.
  ///
  /// @param longestCost up to which all of this holds
  /// @param count short tasks of late, less what the others weigh
  private record Known(double longestCost, int count) {
    boolean covers(double cost) {
      return cost <= longestCost; // not if it is unknown (NaN)
    }

    // Not by equals(), for which the JVM would make classes at the first task of all.
    boolean differsFrom(Known other) {
      return count != other.count || longestCost != other.longestCost;
    }

    boolean isEnough() {
      return count >= ENOUGH;
    }

    // What is known of shorter ones says nothing about one that costs more.
    Known plus(double cost) {
      return covers(cost)
          ? new Known(longestCost, Math.min(count + 1, MOST))
          : new Known(cost, Math.min(count, 0) + 1);
    }

    // If it was one too many, this is where tasks begin to be long.
    Known afterLong(double cost) {
      int left = Math.max(count - WEIGHT_OF_LONG, ENOUGH - WEIGHT_OF_LONG);
      return new Known(left < ENOUGH ? Math.nextDown(cost) : longestCost, left);
    }

    Known afterWaiting() {
      return new Known(longestCost, Math.min(count, Math.max(count - WEIGHT_OF_WAITING, 0)));
    }
  }

  /// Whether a task is taken for short.
  boolean includes(ComputeTask task) {
    Known known = byFunction.getOrDefault(task.function(), NOTHING);
    return known.isEnough() && known.covers(task.cost());
  }

  /// Whether a task that has run was short, whatever is known of others like it. One that did not
  /// come to its function was not.
  static boolean was(ComputeTask done) {
    long cpuNanos = done.spent().cpu().toNanos();
    return cpuNanos > 0 && cpuNanos <= SHORT_NANOS;
  }

  /// Whether a task that has left the thread casts no doubt on others that are taken for short.
  ///
  /// @param onThreadNanos how long it was there
  static boolean wasBrief(ComputeTask done, long onThreadNanos) {
    boolean neverRan = done.spent().cpu().isZero();
    return (neverRan || was(done)) && onThreadNanos < WAITED.toNanos();
  }

  /// Learns from a task that has run. For one thread at a time.
  ///
  /// @param well whether its function has come to its end
  void learn(ComputeTask done, boolean well) {
    if (Double.isNaN(done.cost()) || done.spent().cpu().isZero()) {
      return; // nothing is known of it, or it did not come to its function
    }
    Known before = byFunction.getOrDefault(done.function(), NOTHING);
    Known now = after(before, done, well);
    if (now.differsFrom(before)) {
      byFunction.put(done.function(), now);
    }
  }

  private static Known after(Known before, ComputeTask done, boolean well) {
    if (!was(done)) {
      return before.covers(done.cost()) ? before.afterLong(done.cost()) : before;
    }
    if (done.spent().elapsed().compareTo(WAITED) >= 0) {
      return before.covers(done.cost()) ? before.afterWaiting() : before;
    }
    return well ? before.plus(done.cost()) : before;
  }
}
