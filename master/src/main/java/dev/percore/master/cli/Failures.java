package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// How a command ends that cannot do its work: text for the user, and the exit code.
final class Failures {
  private Failures() {}

  /// One line that says what is wrong, and one with what may have been meant.
  static int wrongUsage(ParameterException failure, String[] arguments) {
    CommandLine commandLine = failure.getCommandLine();
    PrintWriter err = commandLine.getErr();
    print(err, String.valueOf(failure.getMessage()));
    if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE.code();
  }

  /// Failures that were foreseen have their text and code; anything else is an error of percore's
  /// own, and the stack trace is what a report about it needs.
  static int failed(Exception failure, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    if (failure instanceof CommandFailure foreseen) {
      print(err, foreseen.text());
      return foreseen.exitCode().code();
    }
    print(err, "internal error, please report it:");
    failure.printStackTrace(err);
    return ExitCode.DEFECT.code();
  }

  private static void print(PrintWriter err, String message) {
    message.lines().forEach(line -> err.println("percore: " + line));
  }
}
