package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Processes of this machine, seen through /proc.
final class OsProcesses {
  private OsProcesses() {}

  /// The pids of all living processes that have this text in their arguments. A zombie has none.
  static List<Long> withArgument(String text) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (arguments(process).contains(text)) {
          pids.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    }
    return pids;
  }

  /// Sends a signal by its name, such as `STOP`.
  static void send(String signal, long pid) throws IOException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid).start();
    assertThat(kill.onExit().join().exitValue()).as("kill -%s %d", signal, pid).isZero();
  }

  /// Stops a process (SIGSTOP) and returns when none of its threads runs any more, which the
  /// signal alone does not promise: a thread may still accept a connection after it was sent.
  static void stop(long pid) throws Exception {
    send("STOP", pid);
    Await.until("pid " + pid + " is stopped", () -> allThreadsStopped(pid));
  }

  private static boolean allThreadsStopped(long pid) throws IOException {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
    }
    return true;
  }

  private static String arguments(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return ""; // it ended between the two looks
    }
  }
}
