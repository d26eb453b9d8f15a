package dev.percore.master.upgrade;

/// How an upgrade came out.
///
/// @param state `succeeded` or `failed`
/// @param pid the new master, or 0 if there is none
/// @param message what happened, in a sentence
public record UpgradeReport(String state, long pid, String message) {

  static UpgradeReport succeeded(long pid) {
    return new UpgradeReport("succeeded", pid, "the new master serves; this one drains and leaves");
  }

  static UpgradeReport failed(String reason) {
    return new UpgradeReport("failed", 0, reason);
  }

  /// Whether the new master serves.
  public boolean isSuccess() {
    return state.equals("succeeded");
  }
}
