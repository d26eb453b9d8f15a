package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.percore.protocol.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PosixTest {

  @Test
  void readsTheKernelsListsOfCores() {
    assertThat(Cpus.parse("0")).containsExactly(0);
    assertThat(Cpus.parse("0-3")).containsExactly(0, 1, 2, 3);
    assertThat(Cpus.parse("0,2-3,8")).containsExactly(0, 2, 3, 8);
  }

  @Test
  void givesEachSlotACoreWhereThereIsAWorkerForEach() {
    assertThat(Cpus.ofSlot(1, 2, List.of(0, 4))).hasValue(4);
    assertThat(Cpus.ofSlot(2, 3, List.of(0, 4))).hasValue(0);
    assertThat(Cpus.ofSlot(0, 1, List.of(0, 4))).isEmpty();
    assertThat(Cpus.ofSlot(0, 1, List.of())).isEmpty();
  }

  @Test
  void findsAtLeastOneCoreHere() throws IOException {
    assertThat(Cpus.allowed()).isNotEmpty();
  }

  @Test
  void bindsOnlyTheCallingThread() throws Exception {
    List<Integer> before = Cpus.allowed();
    int core = before.getLast();
    String allowed =
        onOwnThread(
            () -> {
              CurrentThread.pin(core);
              return threadStatus("Cpus_allowed_list:");
            });
    assertThat(allowed).isEqualTo(Integer.toString(core));
    assertThat(Cpus.allowed()).isEqualTo(before);
  }

  @Test
  void letsAThreadThatWasBoundRunOnAllCoresAgain() throws Exception {
    List<Integer> all = Cpus.allowed();
    String allowed =
        onOwnThread(
            () -> {
              CurrentThread.pin(all.getLast());
              CurrentThread.allow(all);
              return threadStatus("Cpus_allowed_list:");
            });
    assertThat(Cpus.parse(allowed)).isEqualTo(all);
  }

  @Test
  void namesTheCallAndTheReasonWhenACoreIsNotThere() {
    assertThatThrownBy(() -> CurrentThread.pin(1023))
        .isInstanceOf(PosixException.class)
        .hasMessage("sched_setaffinity to core 1023 failed: invalid argument (errno 22)");
  }

  @Test
  void makesOnlyTheCallingThreadYield() throws Exception {
    String stat =
        onOwnThread(
            () -> {
              CurrentThread.nice(7);
              return Files.readString(Path.of("/proc/thread-self/stat"));
            });
    assertThat(niceOf(stat)).isEqualTo(7);
    assertThat(niceOf(Files.readString(Path.of("/proc/thread-self/stat")))).isNotEqualTo(7);
  }

  @Test
  void changesTheThreadsOfThatNameAndNiceValueAlone() throws Exception {
    int ordinary = Niceness.ofCallingThread();
    var named = new CountDownLatch(1); // a thread gives itself its name before it does anything
    var done = new CountDownLatch(1);
    Thread meant =
        Thread.ofPlatform()
            .name("meant")
            .daemon()
            .start(
                () -> {
                  named.countDown();
                  await(done);
                });
    try {
      await(named);
      int changed = Niceness.change(ordinary, ordinary + 3, "meant"::equals);
      assertThat(changed).isEqualTo(1);
      assertThat(Niceness.change(ordinary, ordinary + 3, "meant"::equals)).isZero();
      assertThat(Niceness.ofCallingThread()).isEqualTo(ordinary);
    } finally {
      done.countDown();
      meant.join();
    }
  }

  @Test
  void goesBackToANiceValueWhereThatWasAllowed() throws Exception {
    int ordinary = Niceness.ofCallingThread();
    boolean byLimit = Niceness.allowReturnTo(ordinary);
    assumeThat(byLimit || Niceness.isReturnAllowed()).isTrue();
    int after =
        onOwnThread(
            () -> {
              CurrentThread.nice(ordinary + 2);
              CurrentThread.nice(ordinary);
              return Niceness.ofCallingThread();
            });
    assertThat(after).isEqualTo(ordinary);
    assertThat(Niceness.isReturnAllowed()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shortensTheSliceOfTheCallingThreadAndNothingElse() throws Exception {
    List<String> slices =
        onOwnThread(
            () -> {
              CurrentThread.nice(7);
              CurrentThread.slice(Duration.ofMillis(1));
              assertThat(niceOf(Files.readString(Path.of("/proc/thread-self/stat")))).isEqualTo(7);
              return List.of(slice(), onOwnThread(PosixTest::slice));
            });
    // Where the kernel tells nothing of slices, that it did not refuse has to be enough.
    assertThat(slices.getFirst()).isIn("1000000", "");
    assertThat(slices.getLast()).isEqualTo(slice());
  }

  /// What comes of something on a thread that is started for it by the calling one.
  private static <T> T onOwnThread(Callable<T> action) throws Exception {
    var task = new FutureTask<>(action);
    Thread.ofPlatform().start(task);
    return task.get(10, TimeUnit.SECONDS);
  }

  private static String slice() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/sched"))) {
      return lines
          .filter(line -> line.startsWith("se.slice"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (NoSuchFileException notBuiltIn) {
      return "";
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void readsTheMaskOfBlockedSignals() {
    assertThat(SignalFd.parse("0000000000000000")).isEmpty();
    assertThat(SignalFd.parse("0000000000004002"))
        .containsExactlyInAnyOrder(Signal.SIGINT, Signal.SIGTERM);
  }

  private static int niceOf(String stat) {
    // Field 19 of proc_pid_stat(5); the name in field 2 may hold spaces, so count from its end.
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(afterName[16]);
  }

  private static String threadStatus(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith(field))
        .findFirst()
        .orElseThrow()
        .substring(field.length())
        .trim();
  }
}
