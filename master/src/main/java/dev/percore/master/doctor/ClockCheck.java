package dev.percore.master.doctor;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Whether the time of day can be right.
record ClockCheck(InstantSource clock) implements Check {
  /// Before this version was written.
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  @Override
  public List<Finding> findings() {
    Instant now = clock.instant();
    return List.of(
        now.isBefore(EARLIEST)
            ? Finding.warning(
                "clock",
                "it is " + now + " by the clock",
                "Set it and keep it set: the times in logs and in answers to clients are wrong",
                "timedatectl set-ntp true")
            : Finding.ok("clock", now.toString()));
  }
}
