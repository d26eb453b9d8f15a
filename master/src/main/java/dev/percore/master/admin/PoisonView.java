package dev.percore.master.admin;

import dev.percore.protocol.shared.Fingerprint;
import dev.percore.protocol.shared.PoisonTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The calls at which workers have died of late, the latest last: the answer to `GET /poison`.
public record PoisonView(List<Call> calls) {

  /// One call.
  ///
  /// @param fingerprint what tells it from others, without its arguments
  /// @param deaths of workers
  /// @param lastDeath ISO 8601
  /// @param refusedUntil the same; null if it is not refused
  /// @param refusals by all workers
  public record Call(
      String function,
      String fingerprint,
      int deaths,
      String lastDeath,
      @Nullable String refusedUntil,
      long refusals) {}

  static PoisonView of(List<PoisonTable.Entry> entries) {
    long nowNanos = System.nanoTime();
    Instant now = Instant.now();
    return new PoisonView(
        entries.stream()
            .sorted(Comparator.comparingLong(entry -> entry.lastDeathNanos() - nowNanos))
            .map(entry -> call(entry, nowNanos, now))
            .toList());
  }

  private static Call call(PoisonTable.Entry entry, long nowNanos, Instant now) {
    return new Call(
        entry.function(),
        Fingerprint.text(entry.fingerprint()),
        entry.deaths(),
        time(entry.lastDeathNanos() - nowNanos, now),
        entry.isMarked(nowNanos) ? time(entry.untilNanos() - nowNanos, now) : null,
        entry.refusals());
  }

  private static String time(long fromNow, Instant now) {
    return now.plus(Duration.ofNanos(fromNow)).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
