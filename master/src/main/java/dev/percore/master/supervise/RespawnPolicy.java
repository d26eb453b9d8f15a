package dev.percore.master.supervise;

import dev.percore.config.ServerConfig;
import java.time.Duration;

/// How long a slot stays empty after its worker ended. A worker that lived long enough is
/// replaced at once, and so is the first that did not; from then on the delay doubles with each
/// short life, up to a maximum. Pure and immutable.
public final class RespawnPolicy {
  private final Duration initial;
  private final Duration max;
  private final Duration stableAfter;

  public RespawnPolicy(ServerConfig.Supervision settings) {
    this.initial = settings.backoffInitial();
    this.max = settings.backoffMax();
    this.stableAfter = settings.stableAfter();
  }

  /// The number of short lives in a row, after one more life.
  ///
  /// @param before the number before that life
  public int shortLives(int before, Duration lived) {
    return lived.compareTo(stableAfter) < 0 ? before + 1 : 0;
  }

  /// The delay before the next spawn.
  ///
  /// @param shortLives number of short lives in a row, 0 or more
  public Duration delay(int shortLives) {
    if (shortLives <= 1) {
      return Duration.ZERO;
    }
    Duration delay = initial;
    for (int i = 2; i < shortLives && delay.compareTo(max) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(max) < 0 ? delay : max;
  }

  /// The longest delay.
  public Duration maxDelay() {
    return max;
  }
}
