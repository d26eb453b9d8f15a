package dev.percore.worker.compute;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Foretells how long a task will run, from the time that one unit of cost took lately in the same
/// function. Thread-safe.
///
/// Runs too short to tell (the compiler has not warmed up, or fixed costs prevail) are not counted:
/// they would make a long task look far longer than it is. A function without counted runs is
/// expected to take no time, so that nothing is refused on a guess.
final class ServiceTimes {
  private static final Duration SHORTEST_COUNTED = Duration.ofMillis(1);
  // The last ten runs or so matter, each by its length.
  private static final double KEPT_OF_THE_PAST = 0.9;

  private final Map<String, Rate> rates = new HashMap<>();

  /// Sums over the past, the older the lighter.
  private record Rate(double nanos, double cost) {}

  synchronized void add(String function, double cost, Duration ran) {
    if (Double.isNaN(cost) || ran.compareTo(SHORTEST_COUNTED) < 0) {
      return;
    }
    Rate past = rates.getOrDefault(function, new Rate(0, 0));
    rates.put(
        function,
        new Rate(
            past.nanos * KEPT_OF_THE_PAST + ran.toNanos(),
            past.cost * KEPT_OF_THE_PAST + Math.max(cost, 1)));
  }

  synchronized Duration estimate(String function, double cost) {
    Rate rate = rates.get(function);
    return rate == null || Double.isNaN(cost)
        ? Duration.ZERO
        : Duration.ofNanos((long) (rate.nanos / rate.cost * Math.max(cost, 1)));
  }
}
