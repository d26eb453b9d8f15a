package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.percore.protocol.posix.Niceness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker yields while it starts, and its compilers always.
final class StartPriorityIT {
  private static final int OURS = niceOf(Path.of("/proc/self/stat"));

  @TempDir private Path folder;

  @Test
  void aWorkerThatServesTakesItsTurnsAndItsCompilersYield() throws Exception {
    // What starts as another user than root has no such right unless it was given.
    assumeThat(Niceness.isReturnAllowed()).isTrue();
    try (PercoreServer server =
        PercoreServer.start(
            folder, "workers=2", "compute.nice=5", "worker.start_nice=9", "worker.warm_up=2s")) {
      // A replacement too, which starts yielding to the other worker, and rehearses.
      long first = server.worker(0).pid();
      assertPlaces(first);
      OsProcesses.send("KILL", first);
      assertPlaces(server.awaitReplacement(0, first).pid());
    }
  }

  private static void assertPlaces(long worker) throws IOException {
    Map<String, Integer> places = niceValues(worker);
    assertThat(places).containsEntry("compute-0", 5).containsEntry("loop-0-1-1", OURS);
    assertThat(places.keySet()).anyMatch(StartPriorityIT::isCompiler);
    places.forEach(
        (thread, nice) -> {
          if (isCompiler(thread)) {
            assertThat(nice).as(thread).isEqualTo(OURS + 9);
          } else if (thread.equals("telemetry")) {
            assertThat(nice).as(thread).isEqualTo(OURS + 5);
          } else if (!thread.startsWith("compute-")) {
            assertThat(nice).as(thread).isEqualTo(OURS);
          }
        });
  }

  private static boolean isCompiler(String thread) {
    return thread.startsWith("C1 Comp")
        || thread.startsWith("C2 Comp")
        || thread.startsWith("Training replay");
  }

  private static Map<String, Integer> niceValues(long pid) throws IOException {
    Map<String, Integer> values = new TreeMap<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        values.put(Files.readString(task.resolve("comm")).strip(), niceOf(task.resolve("stat")));
      }
    }
    return values;
  }

  // proc_pid_stat(5): field 19; the name in field 2 may hold anything, within parentheses.
  private static int niceOf(Path stat) {
    try {
      String text = Files.readString(stat);
      return Integer.parseInt(text.substring(text.lastIndexOf(')') + 2).split(" ")[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
