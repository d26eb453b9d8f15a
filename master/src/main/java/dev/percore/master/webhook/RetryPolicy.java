package dev.percore.master.webhook;

import dev.percore.config.ServerConfig;
import java.time.Duration;

/// When the next attempt is made. Pure.
public final class RetryPolicy {
  /// No receiver puts us off for longer.
  private static final long RETRY_AFTER_MAXIMUM_MILLIS = Duration.ofHours(1).toMillis();

  private RetryPolicy() {}

  /// The wait before the next attempt, in milliseconds: it doubles from attempt to attempt, and up
  /// to half of it is left out, so that deliveries that failed together do not come together.
  ///
  /// @param failed attempts so far, from 1
  /// @param retryAfterMillis what the receiver wants; 0 for nothing
  /// @param random 0 to 1
  public static long waitMillis(
      ServerConfig.Webhooks settings, int failed, long retryAfterMillis, double random) {
    long longest = settings.backoffMax().toMillis();
    long wait = settings.backoffInitial().toMillis();
    for (int i = 1; i < failed && wait < longest; i++) {
      wait *= 2;
    }
    wait = Math.min(wait, longest);
    long chosen = wait - (long) (wait / 2.0 * random);
    return Math.max(chosen, Math.min(retryAfterMillis, RETRY_AFTER_MAXIMUM_MILLIS));
  }
}
