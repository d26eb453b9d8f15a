package dev.percore.master.cli;

import dev.percore.master.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The master that owns a run folder, seen from another process.
final class RunningMaster {
  /// How often the wait for its end looks whether it has become a zombie that nobody reaps.
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final ProcessHandle process;

  private RunningMaster(ProcessHandle process) {
    this.process = process;
  }

  /// Finds the master by its pid file. A pid file that outlived its master, whose pid may by
  /// now be anybody's, counts as not running.
  static RunningMaster find(Path runDir) throws CommandFailure {
    Path pidFile = runDir.resolve("percore.pid");
    long pid = readPid(pidFile);
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty() || !isMaster(pid)) {
      throw new CommandFailure(
          ExitCode.NOT_RUNNING,
          "the server is not running: %s names pid %d, which is no master".formatted(pidFile, pid));
    }
    return new RunningMaster(process.get());
  }

  private static long readPid(Path pidFile) throws CommandFailure {
    try {
      return Long.parseLong(Files.readString(pidFile).strip());
    } catch (NoSuchFileException e) {
      throw new CommandFailure(
          ExitCode.NOT_RUNNING, "the server is not running: there is no pid file " + pidFile, e);
    } catch (NumberFormatException e) {
      throw new CommandFailure(ExitCode.FAILURE, pidFile + " does not hold a pid", e);
    } catch (IOException e) {
      throw CommandFailure.of("cannot read " + pidFile, e);
    }
  }

  /// Looks at the arguments that the process was started with. They are empty for a zombie.
  private static boolean isMaster(long pid) {
    try {
      byte[] commandLine = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
      String[] arguments = new String(commandLine, StandardCharsets.UTF_8).split("\0", -1);
      return List.of(arguments).contains(Percore.class.getName());
    } catch (IOException e) {
      return false; // it ended between the two looks
    }
  }

  long pid() {
    return process.pid();
  }

  /// Sends TERM: the fast stop.
  void terminate() throws CommandFailure {
    if (!process.destroy() && process.isAlive()) {
      throw new CommandFailure(
          ExitCode.NO_PERMISSION,
          "cannot send TERM to the master, pid %d: no permission".formatted(pid()));
    }
  }

  /// Waits until the process has ended; false if it still runs when the time is over.
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (isMaster(pid())) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      if (ended(Math.min(left, LOOK_INTERVAL.toNanos()))) {
        return true;
      }
    }
    return true;
  }

  private boolean ended(long nanos) throws InterruptedException {
    try {
      process.onExit().get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
