package dev.percore.master.jobs;

import java.util.Locale;

/// Where a job is in its life. The names of the constants are a part of the store's format.
public enum JobState {
  /// Waits for a worker.
  QUEUED,
  /// Its function runs.
  RUNNING,
  /// It has a result.
  SUCCEEDED,
  /// It has a problem document in place of a result.
  FAILED,
  /// Somebody did not want it any more.
  CANCELLED;

  /// Whether nothing will happen to it any more.
  public boolean isEnd() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  /// As clients see it.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
