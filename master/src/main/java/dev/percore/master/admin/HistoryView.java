package dev.percore.master.admin;

import dev.percore.master.evidence.WorkerEnd;
import dev.percore.master.evidence.WorkerHistory;
import dev.percore.protocol.WorkerExit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How workers ended, the latest last: the answer to `GET /workers/history`.
public record HistoryView(List<End> ends) {

  /// One end.
  ///
  /// @param time ISO 8601
  /// @param exit in words
  /// @param exitCode null if a signal ended it
  /// @param signal its number, or null
  /// @param reason why the master killed it, or null
  /// @param bundle the folder with what is known of it, or null
  public record End(
      String time,
      int slot,
      long pid,
      int generation,
      double lifetimeSeconds,
      String exit,
      @Nullable Integer exitCode,
      @Nullable Integer signal,
      String verdict,
      @Nullable String reason,
      @Nullable String bundle) {}

  /// Reads the history of the moment.
  public static HistoryView of(WorkerHistory history) {
    return new HistoryView(history.ends().stream().map(HistoryView::end).toList());
  }

  private static End end(WorkerEnd end) {
    WorkerExit exit = end.exit();
    boolean signalled = exit.signal().isPresent();
    return new End(
        end.at().toString(),
        end.slot(),
        end.pid(),
        end.generation(),
        end.lifetime().toMillis() / 1000.0,
        exit.describe(),
        signalled ? null : (Integer) exit.status(),
        signalled ? (Integer) exit.signal().getAsInt() : null,
        end.verdict().label(),
        end.reason(),
        end.bundle() == null ? null : end.bundle().toString());
  }
}
