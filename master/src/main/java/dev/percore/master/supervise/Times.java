package dev.percore.master.supervise;

import java.time.Duration;

/// Times in log lines.
final class Times {
  private Times() {}

  /// Such as `1.5 s`.
  static String text(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }
}
