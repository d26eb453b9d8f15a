package dev.percore.protocol.shared;

import org.jspecify.annotations.Nullable;

/// Where a process notes the call that it computes, so that its master knows of it when it has
/// died. A note takes a few stores. Confined to the thread that computes.
public final class CallRow {
  private final SharedWords words;
  private final long row;
  private @Nullable String noted;

  CallRow(SharedWords words, long row) {
    this.words = words;
    this.row = row;
  }

  /// A call begins.
  ///
  /// @param again whether another worker that had taken it over has died
  public void begin(String function, long fingerprint, long nowNanos, boolean again) {
    // Mostly it is the function of the call before.
    if (!function.equals(noted)) {
      words.name(row + PoisonLayout.ROW_NAME, function, PoisonLayout.NAME_MAX);
      noted = function;
    }
    words.setRelease(row + PoisonLayout.STARTED, nowNanos);
    words.setRelease(row + PoisonLayout.AGAIN, again ? 1 : 0);
    words.setRelease(row + PoisonLayout.RUNNING, fingerprint);
  }

  /// It is over.
  public void end() {
    words.setRelease(row + PoisonLayout.RUNNING, 0);
  }
}
