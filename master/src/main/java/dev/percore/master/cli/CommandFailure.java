package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

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

  /// A failure of the file system or a socket, with the reason in words: what the JDK throws often
  /// has the path alone as its message, which the text already names.
  ///
  /// @param what could not be done, such as `cannot read FILE`
  static CommandFailure of(String what, IOException cause) {
    return switch (cause) {
      case AccessDeniedException e ->
          new CommandFailure(ExitCode.NO_PERMISSION, what + ": no permission", e);
      case NoSuchFileException e ->
          new CommandFailure(ExitCode.IO_ERROR, what + ": no such file", e);
      case FileSystemException e when e.getReason() != null ->
          new CommandFailure(ExitCode.IO_ERROR, what + ": " + e.getReason(), e);
      case IOException e -> new CommandFailure(ExitCode.IO_ERROR, what + ": " + e.getMessage(), e);
    };
  }

  /// What the user reads.
  String text() {
    return text;
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
