package dev.percore.master.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A process whose arguments look like a master's, with its pid file.
final class FakeMaster implements AutoCloseable {
  private final Process process;

  /// @param onTerm what the shell does upon TERM; `:` to ignore it
  FakeMaster(Path runDir, String onTerm) throws IOException {
    this.process = start(onTerm, Percore.class.getName());
    writePid(runDir, process.pid());
  }

  private FakeMaster(Process process) {
    this.process = process;
  }

  /// A process that got the pid of a master that has ended.
  static FakeMaster stranger(Path runDir) throws IOException {
    FakeMaster stranger = new FakeMaster(start("exit", "somebody.else.Main"));
    writePid(runDir, stranger.process.pid());
    return stranger;
  }

  /// Starts a shell that has set its trap by the time this returns.
  private static Process start(String onTerm, String argument) throws IOException {
    String script = "trap '" + onTerm + "' TERM; echo; while :; do read -t 0.05 _ <> <(:); done";
    Process process = new ProcessBuilder("bash", "-c", script, argument).start();
    if (process.getInputStream().read() < 0) {
      throw new IOException("the fake master did not start");
    }
    return process;
  }

  private static void writePid(Path runDir, long pid) throws IOException {
    Files.writeString(runDir.resolve("percore.pid"), pid + "\n");
  }

  long pid() {
    return process.pid();
  }

  /// Waits for its end; false if that does not come.
  boolean ends() throws InterruptedException {
    return process.waitFor(20, TimeUnit.SECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
