package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.PrintWriter;

/// What the user reads of a failure.
final class FailureText {
  private FailureText() {}

  /// Failures that were foreseen have their text and code; anything else is an error of percore's
  /// own, and the stack trace is what a report about it needs.
  ///
  /// @return the exit code
  static int print(Exception failure, PrintWriter err) {
    if (failure instanceof CommandFailure foreseen) {
      print(err, foreseen.text());
      return foreseen.exitCode().code();
    }
    print(err, "internal error, please report it:");
    failure.printStackTrace(err);
    return ExitCode.DEFECT.code();
  }

  /// Prints a message, each of its lines as one of percore.
  static void print(PrintWriter err, String message) {
    message.lines().forEach(line -> err.println("percore: " + line));
  }
}
