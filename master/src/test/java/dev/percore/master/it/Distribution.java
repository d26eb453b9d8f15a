package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The distribution under test, and its command.
final class Distribution {
  private static final long COMMAND_SECONDS_MAX = 60;

  private Distribution() {}

  /// What a command did.
  ///
  /// @param out its standard output, without the last line's end
  /// @param err its standard error, likewise
  record Outcome(int exitCode, String out, String err) {}

  /// The folder of the distribution.
  static Path home() {
    String home = System.getProperty("percore.home");
    if (home == null) {
      throw new IllegalStateException(
          "the system property percore.home is not set: run `mvn verify`");
    }
    return Path.of(home);
  }

  /// A process of `bin/percore` with these arguments, with nothing of ours in its environment but
  /// the Java of the tests.
  static ProcessBuilder percore(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home().resolve("bin/percore").toString());
    command.addAll(arguments);
    var process = new ProcessBuilder(command);
    process.environment().keySet().removeIf(name -> name.startsWith("PERCORE_"));
    process.environment().put("PERCORE_JAVA_HOME", System.getProperty("java.home"));
    return process;
  }

  /// Runs a command to its end.
  static Outcome run(ProcessBuilder command) throws IOException, InterruptedException {
    Process process = command.start();
    ProcessOutput out = ProcessOutput.of(process.getInputStream());
    ProcessOutput err = ProcessOutput.of(process.getErrorStream());
    try {
      assertThat(process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS))
          .as("%s ends", command.command())
          .isTrue();
      return new Outcome(process.exitValue(), out.text(), err.text());
    } finally {
      process.destroyForcibly();
    }
  }

  /// Runs `bin/percore` to its end.
  static Outcome run(String... arguments) throws IOException, InterruptedException {
    return run(percore(List.of(arguments)));
  }
}
