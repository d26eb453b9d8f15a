package dev.percore.worker.compute;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Knows which tasks are short, far below what [ServiceTimes] tells apart: those of a function that
/// cost no more than ten in a row of late which took no more than 50 µs of processor time each.
///
/// It is processor time, since a short task whose core is taken from it for a while is as short as
/// before. Thread-safe.
final class ShortTasks {
  private static final long SHORT_NANOS = 50_000;

  /// After so many in a row the next one is taken for short as well.
  private static final int ENOUGH = 10;

  private static final Known NOTHING = new Known(Double.NEGATIVE_INFINITY, 0);

  private final Map<String, Known> byFunction = new ConcurrentHashMap<>();

  /// Short tasks of one function, of late.
  ///
  /// @param count how many in a row, as far as that matters
  private record Known(double longestCost, int count) {
    boolean covers(double cost) {
      return cost <= longestCost; // not if it is unknown (NaN)
    }

    boolean isEnough() {
      return count >= ENOUGH;
    }

    // What is known of shorter ones says nothing about one that costs more.
    Known plus(double cost) {
      if (!covers(cost)) {
        return new Known(cost, 1);
      }
      return isEnough() ? this : new Known(longestCost, count + 1);
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

  /// Learns from a task that has run. For one thread at a time.
  ///
  /// @param well whether its function has come to its end
  void learn(ComputeTask done, boolean well) {
    if (Double.isNaN(done.cost()) || done.spent().cpu().isZero()) {
      return; // nothing is known of it, or it did not come to its function
    }
    Known before = byFunction.getOrDefault(done.function(), NOTHING);
    if (!was(done)) {
      if (before.covers(done.cost())) {
        byFunction.remove(done.function());
      }
    } else if (well) {
      Known now = before.plus(done.cost());
      if (!now.equals(before)) {
        byFunction.put(done.function(), now);
      }
    }
  }
}
