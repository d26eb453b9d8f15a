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
    FailureText.print(err, String.valueOf(failure.getMessage()));
    if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE.code();
  }

  /// Prints what failed, and returns its exit code.
  static int failed(Exception failure, CommandLine commandLine, ParseResult parsed) {
    return FailureText.print(failure, commandLine.getErr());
  }
}
