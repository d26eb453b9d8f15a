package dev.percore.master.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Asks a living worker what it is doing. Blocks, within limits.
final class Gatherer {
  private static final Duration THREADS_LIMIT = Duration.ofSeconds(2);
  private static final Duration HEAP_LIMIT = Duration.ofMillis(1200);
  private static final int CLASSES = 60;

  private Gatherer() {}

  /// Keeps in a folder what can be had of a worker that is about to be killed.
  ///
  /// @param jvmFolder where its JVM writes; null if nowhere
  static void secure(long pid, Path folder, @Nullable Path jvmFolder) throws IOException {
    var process = new ProcessFiles(pid);
    process.copyTo(folder.resolve("proc"));
    String silence = "";
    if (process.isStopped()) {
      silence = "somebody stopped the process (SIGSTOP, or a debugger), so it cannot answer";
    } else if (Remains.hasHeapDump(jvmFolder)) {
      silence = "it writes its heap, since its memory is exhausted";
    }
    if (silence.isEmpty()) {
      try {
        Files.writeString(folder.resolve("threads.txt"), threads(pid));
        Files.writeString(folder.resolve("heap.txt"), heap(pid));
        return;
      } catch (IOException unanswered) {
        silence = String.valueOf(unanswered.getMessage());
      }
    }
    Path threads = folder.resolve("threads.txt");
    if (!Files.exists(threads)) {
      Files.writeString(
          threads,
          "No thread dump: %s.\nWhat the kernel tells of its threads is in proc/tasks.txt.\n"
              .formatted(silence));
    }
  }

  /// Every thread with its stack and locks.
  ///
  /// @throws IOException if the worker does not answer
  static String threads(long pid) throws IOException {
    return JvmInquiry.ask(pid, "Thread.print -l", THREADS_LIMIT);
  }

  /// How full the heap is, and of what.
  ///
  /// @throws IOException if the worker does not answer
  static String heap(long pid) throws IOException {
    String summary = JvmInquiry.ask(pid, "GC.heap_info", HEAP_LIMIT);
    // With all objects, also those that are garbage: a collection could take too long.
    String classes = JvmInquiry.ask(pid, "GC.class_histogram -all", HEAP_LIMIT);
    return summary
        + "\n"
        + classes.lines().limit(CLASSES).collect(Collectors.joining("\n", "", "\n"));
  }
}
