package dev.percore.config.logging;

import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusListener;

/// Tells on the standard error what keeps the log from being written, such as a full disk, and
/// nothing else of what Logback says about itself.
final class LogFailures implements StatusListener {

  @Override
  public void addStatusEvent(Status status) {
    if (status.getEffectiveLevel() >= Status.WARN) {
      Throwable cause = status.getThrowable();
      System.err.println(
          "percore: log: " + status.getMessage() + (cause == null ? "" : ": " + cause));
    }
  }

  @Override
  public boolean isResetResistant() {
    return true;
  }
}
