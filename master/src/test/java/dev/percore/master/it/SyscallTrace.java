package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The system calls that the threads of a process make, as `strace` sees them. The process runs
/// slower meanwhile, but makes the same calls.
final class SyscallTrace implements AutoCloseable {
  // The thread's id and the name of a call that begins; the rest of one that took longer stands in
  // a line of its own, which begins with `<...`.
  private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\(.*");

  private final Process strace;
  private final ProcessOutput said;
  private final Path file;
  private final Map<String, String> threads;

  private SyscallTrace(Process strace, Path file, Map<String, String> threads) {
    this.strace = strace;
    this.said = ProcessOutput.of(strace.getErrorStream());
    this.file = file;
    this.threads = threads;
  }

  /// Makes sure that there is a program for it: skips the test if not, or fails where CI=true.
  static void require() {
    Programs.require("strace", "strace");
  }

  /// Begins to look at all threads that a process has now; skips the test where the kernel does
  /// not allow it.
  static SyscallTrace begin(long pid, Path folder) throws Exception {
    Path file = Files.createTempFile(folder, "calls", ".txt");
    Process strace =
        new ProcessBuilder(
                "strace", "-f", "-e", "signal=none", "-o", file.toString(), "-p", "" + pid)
            .start();
    var trace = new SyscallTrace(strace, file, threads(pid));
    try {
      Await.until("strace looks at pid " + pid, trace::isAttached);
      return trace;
    } catch (Throwable notAttached) {
      trace.close();
      throw notAttached;
    }
  }

  private boolean isAttached() {
    String text = String.join("\n", said.lines());
    if (text.contains("Operation not permitted")) {
      abort("this kernel or container lets no process look at another one's calls: " + text);
    }
    assertThat(strace.isAlive()).as("strace runs; it said: %s", text).isTrue();
    return text.contains(" attached");
  }

  /// Ends it.
  ///
  /// @return how often threads whose names begin so have made which calls
  Map<String, Integer> end(String thread) throws Exception {
    OsProcesses.send("INT", strace.pid());
    var _ = Await.until("the end of strace", strace::isAlive, alive -> !alive);
    Map<String, Integer> calls = new TreeMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines
          .map(CALL::matcher)
          .filter(Matcher::matches)
          .filter(call -> threads.getOrDefault(call.group(1), "").startsWith(thread))
          .forEach(call -> calls.merge(call.group(2), 1, Integer::sum));
    }
    return calls;
  }

  private static Map<String, String> threads(long pid) throws IOException {
    Map<String, String> names = new HashMap<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        names.put(task.getFileName().toString(), Files.readString(task.resolve("comm")).strip());
      }
    }
    return names;
  }

  @Override
  public void close() {
    var _ = strace.destroyForcibly().onExit().join();
  }
}
