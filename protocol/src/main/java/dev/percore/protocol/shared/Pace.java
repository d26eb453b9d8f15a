package dev.percore.protocol.shared;

import java.time.Duration;

/// A rate with a burst, as the generic cell rate algorithm takes it (ITU-T I.371): a leaky bucket
/// of which only one moment needs to be kept, the one at which the bucket will have run dry. With
/// a burst of N, N+1 requests may come at once, which is what `limit_req` of nginx does with
/// `burst=N nodelay`.
///
/// @param intervalTicks by how much each request moves that moment
/// @param toleranceTicks how far it may lie ahead of now for another request to be let through
public record Pace(long intervalTicks, long toleranceTicks) {
  static final long NANOS_PER_TICK = 64;

  /// So many requests in each period.
  ///
  /// @param burst how many may come ahead of their time
  public static Pace of(int requests, Duration period, int burst) {
    double ticks = (double) period.toNanos() / requests / NANOS_PER_TICK;
    long interval = Math.max(1, Math.round(ticks));
    return new Pace(interval, Math.multiplyExact(interval, burst));
  }

  /// How far ahead the moment ever gets.
  long aheadMax() {
    return toleranceTicks + intervalTicks;
  }
}
