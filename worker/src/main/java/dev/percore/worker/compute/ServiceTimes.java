package dev.percore.worker.compute;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Foretells how long a task will run, from the time that one unit of cost took lately in the same
/// function. Thread-safe.
///
/// Runs too short to tell (the compiler has not warmed up, or fixed costs prevail) are not counted:
/// they would make a long task look far longer than it is. A function without counted runs is
/// expected to take no time, and one whose runs were all small is not believed to take longer than
/// a run some times larger than these, so that nothing is refused on a guess.
final class ServiceTimes {
  private static final Duration SHORTEST_COUNTED = Duration.ofMillis(1);
  // The last ten runs or so matter, each by its length.
  private static final double KEPT_OF_THE_PAST = 0.9;

  // A small run that was slow for a reason of its own says nothing about one a thousand times as
  // large.
  private static final double REACH = 10;

  private final Map<String, Rate> rates = new HashMap<>();

  /// Sums over the past, the older the lighter, and the largest cost of late.
  private record Rate(double nanos, double cost, double largestCost) {
    static final Rate NONE = new Rate(0, 0, 0);

    Rate plus(double runNanos, double runCost) {
      return new Rate(
          nanos * KEPT_OF_THE_PAST + runNanos,
          cost * KEPT_OF_THE_PAST + runCost,
          Math.max(largestCost * KEPT_OF_THE_PAST, runCost));
    }

    double nanosOf(double taskCost) {
      return nanos / cost * Math.min(taskCost, REACH * largestCost);
    }
  }

  synchronized void add(String function, double cost, Duration ran) {
    if (Double.isNaN(cost) || ran.compareTo(SHORTEST_COUNTED) < 0) {
      return;
    }
    Rate past = rates.getOrDefault(function, Rate.NONE);
    rates.put(function, past.plus((double) ran.toNanos(), Math.max(cost, 1)));
  }

  synchronized Duration estimate(String function, double cost) {
    Rate rate = rates.get(function);
    return rate == null || Double.isNaN(cost)
        ? Duration.ZERO
        : Duration.ofNanos((long) rate.nanosOf(Math.max(cost, 1)));
  }
}
