package dev.percore.master.cli;

import dev.percore.master.ExitCode;

/// Ends a command with a text for the user and an exit code; no stack trace is shown.
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String text;

  /// @param text what went wrong, without the leading `percore: `; may have several lines
  CommandFailure(ExitCode exitCode, String text) {
    super(text);
    this.exitCode = exitCode;
    this.text = text;
  }

  /// Keeps the cause for whoever debugs; the user sees the message alone.
  CommandFailure(ExitCode exitCode, String text, Throwable cause) {
    super(text, cause);
    this.exitCode = exitCode;
    this.text = text;
  }

  /// What the user reads.
  String text() {
    return text;
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
