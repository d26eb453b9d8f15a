package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.percore.protocol.StartPriority;
import dev.percore.protocol.posix.Niceness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker yields while it starts, and its compilers for longer; so do those of the master, which
/// goes first where it supervises.
final class StartPriorityIT {
  private static final int OURS = niceOf(Path.of("/proc/self/stat"));

  private static final String MASTER_LOOP = "master-1-1";
  private static final int FIRST = -7;

  @TempDir private Path folder;

  @Test
  void aWorkerThatServesTakesItsTurnsAndItsCompilersYield() throws Exception {
    // What starts as another user than root has no such right unless it was given.
    assumeThat(Niceness.isReturnAllowed()).isTrue();
    try (PercoreServer server =
        PercoreServer.start(
            folder, "workers=2", "compute.nice=5", "worker.start_nice=12", "worker.warm_up=2s")) {
      // A replacement too, which starts yielding to the other worker, and rehearses.
      long first = server.worker(0).pid();
      assertPlaces(first);
      assertThat(niceValues(first).entrySet())
          .filteredOn(place -> isOptimizer(place.getKey()))
          .extracting(Map.Entry::getValue)
          .isNotEmpty()
          .containsOnly(OURS + 12);
      awaitCompilersTakeTurns(first, StartPriorityIT::isOptimizer);
      awaitCompilersTakeTurns(server.masterPid(), StartPriorityIT::isCompiler);
      OsProcesses.send("KILL", first);
      assertPlaces(server.awaitReplacement(0, first).pid());
    }
  }

  @Test
  void computingGoesBeforeTheFirstCompilerUntilTheWorkerHasServedForAWhile() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "compute.nice=14")) {
      long worker = server.worker(0).pid();
      assertThat(niceValues(worker)).containsEntry("compute-0", OURS + 9);
      var _ =
          Await.within(
              Duration.ofSeconds(20),
              "nice value of the lane",
              () -> niceValues(worker),
              places -> places.getOrDefault("compute-0", 0) == 14);
    }
  }

  @Test
  void supervisionGoesFirstAndNothingThatItStarts() throws Exception {
    assumeThat(OURS).isZero();
    assumeThat(mayGoFirst()).isTrue();
    PluginJar.writeGate(folder);
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "supervision.nice=" + FIRST)) {
      assertYieldsForGoodWhenItLeaves(server); // before it goes first
      Map<String, Integer> others = niceValues(server.masterPid());
      others.remove(MASTER_LOOP);
      assertThat(others).isNotEmpty().allSatisfy((_, nice) -> assertThat(nice).isNotNegative());

      long worker = server.worker(0).pid();
      OsProcesses.send("KILL", worker);
      assertThat(niceValues(server.awaitReplacement(0, worker).pid()))
          .isNotEmpty()
          .allSatisfy((_, nice) -> assertThat(nice).isNotNegative());
      assertYieldsForGoodWhenItLeaves(server);
    }
  }

  /// Until its successor goes first.
  private void assertYieldsForGoodWhenItLeaves(PercoreServer server) throws Exception {
    long leaving = server.masterPid();
    Path gate = folder.resolve("gate-" + leaving);
    try (RawConnection inFlight = server.connect().sendGet("/gate?file=" + gate)) {
      Await.until(
          "a request in flight", () -> server.workers().stream().anyMatch(w -> w.inFlight() > 0));
      Distribution.Outcome upgrade = server.command("-s", "upgrade");
      assertThat(upgrade.exitCode()).as(upgrade.err() + server.output().tail()).isZero();
      server.followSuccessor();
      var _ =
          Await.within(
              Duration.ofSeconds(20),
              "nice value of the master's event loop",
              () -> niceValues(server.masterPid()),
              places -> places.getOrDefault(MASTER_LOOP, 0) == FIRST);
      assertThat(niceValues(leaving))
          .isNotEmpty()
          .allSatisfy((_, nice) -> assertThat(nice).isGreaterThanOrEqualTo(10));
      Files.createFile(gate);
      assertThat(inFlight.receive().status()).isEqualTo(200);
    }
  }

  private static boolean mayGoFirst() throws Exception {
    var attempt =
        new FutureTask<>(
            () -> {
              StartPriority.goFirst(FIRST);
              return Niceness.ofCallingThread() == FIRST;
            });
    Thread.ofPlatform().start(attempt);
    return attempt.get();
  }

  private static void assertPlaces(long worker) throws IOException {
    Map<String, Integer> places = niceValues(worker);
    assertThat(places).containsEntry("compute-0", 5).containsEntry("loop-0-1-1", OURS);
    assertThat(places.keySet()).anyMatch(StartPriorityIT::isCompiler);
    places.forEach(
        (thread, nice) -> {
          if (isOptimizer(thread)) {
            assertThat(nice).as(thread).isIn(OURS + 12, OURS + 10);
          } else if (isCompiler(thread)) {
            assertThat(nice).as(thread).isIn(OURS + 10, OURS);
          } else if (!thread.startsWith("compute-")) {
            assertThat(nice).as(thread).isEqualTo(OURS);
          }
        });
  }

  // Until the process has served for a while.
  private static void awaitCompilersTakeTurns(long pid, Predicate<String> present)
      throws Exception {
    var _ =
        Await.within(
            Duration.ofSeconds(20),
            "nice values of the compilers",
            () -> niceValues(pid),
            places ->
                places.keySet().stream().anyMatch(present)
                    && places.entrySet().stream()
                        .filter(place -> isCompiler(place.getKey()))
                        .allMatch(
                            place ->
                                place.getValue() == OURS + (isOptimizer(place.getKey()) ? 10 : 0)));
  }

  private static boolean isOptimizer(String thread) {
    return thread.startsWith("C2 Comp");
  }

  private static boolean isCompiler(String thread) {
    return thread.startsWith("C1 Comp")
        || isOptimizer(thread)
        || thread.startsWith("Training replay");
  }

  private static Map<String, Integer> niceValues(long pid) throws IOException {
    Map<String, Integer> values = new TreeMap<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        try {
          values.put(Files.readString(task.resolve("comm")).strip(), niceOf(task.resolve("stat")));
        } catch (IOException | UncheckedIOException failure) {
          assertThat(task).as("a thread that is there, but %s", failure).doesNotExist();
        }
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
