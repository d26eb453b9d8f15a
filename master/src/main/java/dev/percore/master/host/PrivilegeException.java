package dev.percore.master.host;

import dev.percore.master.ExitCode;
import java.io.IOException;

/// The workers cannot run as the user that the settings name. The message says why and what
/// helps.
public final class PrivilegeException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  PrivilegeException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /// How a start ends that fails for this reason.
  public ExitCode exitCode() {
    return exitCode;
  }
}
