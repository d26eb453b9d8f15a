package dev.percore.protocol.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitTableTest {
  private static final Pace ONE_A_MINUTE = Pace.of(1, Duration.ofMinutes(1), 0);
  private static final int THREADS = 4;

  @TempDir private Path folder = Path.of("/");

  // After any table's creation, as it is for those who use one.
  private final long nowNanos = System.nanoTime() + Duration.ofHours(1).toNanos();

  private static long key(LimitTable table, int client) {
    return table.key(("client " + client).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void letsBurstAndOneMoreThroughAndThenKeepsThePace() {
    LimitTable table = LimitTable.inMemory(64, 1);
    Pace pace = Pace.of(10, Duration.ofSeconds(1), 2);
    long key = key(table, 1);

    assertThat(table.take(key, pace, nowNanos)).isZero();
    assertThat(table.take(key, pace, nowNanos)).isZero();
    assertThat(table.take(key, pace, nowNanos)).isZero();
    long wait = table.take(key, pace, nowNanos);
    assertThat(wait).isBetween(99_000_000L, 101_000_000L);
    assertThat(table.take(key, pace, nowNanos + wait)).isZero();
    assertThat(table.take(key, pace, nowNanos + wait)).isPositive();
  }

  @Test
  void aSlowerPaceLeavesNoDebtBehind() {
    LimitTable table = LimitTable.inMemory(64, 1);
    Pace slow = Pace.of(1, Duration.ofMinutes(1), 1000);
    Pace quick = Pace.of(1, Duration.ofSeconds(1), 0);
    long key = key(table, 1);
    for (int i = 0; i < 1000; i++) {
      assertThat(table.take(key, slow, nowNanos)).isZero();
    }

    long wait = table.take(key, quick, nowNanos);

    assertThat(wait).isBetween(990_000_000L, 1_010_000_000L);
    assertThat(table.take(key, quick, nowNanos + wait)).isZero();
  }

  @Test
  void countsWhatAllColumnsHold() {
    LimitTable table = LimitTable.inMemory(64, 3);
    long key = key(table, 1);

    int entry = table.hold(0, key, Holding.REQUEST, nowNanos);
    assertThat(table.hold(2, key, Holding.REQUEST, nowNanos)).isEqualTo(entry);
    assertThat(table.hold(2, key, Holding.REQUEST, nowNanos)).isEqualTo(entry);
    assertThat(table.hold(1, key, Holding.CONNECTION, nowNanos)).isEqualTo(entry);
    int other = table.hold(1, key(table, 2), Holding.REQUEST, nowNanos);

    assertThat(table.held(entry, key, Holding.REQUEST)).isEqualTo(3);
    assertThat(table.held(entry, key, Holding.CONNECTION)).isEqualTo(1);
    assertThat(table.held(other, key(table, 2), Holding.REQUEST)).isEqualTo(1);
    table.release(2, entry, key, Holding.REQUEST);
    assertThat(table.held(entry, key, Holding.REQUEST)).isEqualTo(2);
    assertThat(table.used()).isEqualTo(2);
  }

  @Test
  void forgetsWhatAnEndedProcessHeld() {
    LimitTable table = LimitTable.inMemory(64, 2);
    long key = key(table, 1);
    int entry = table.hold(0, key, Holding.REQUEST, nowNanos);
    for (int i = 0; i < 5; i++) {
      table.hold(1, key, Holding.REQUEST, nowNanos);
      table.hold(1, key(table, 2 + i), Holding.CONNECTION, nowNanos);
    }

    table.clear(1);

    assertThat(table.held(entry, key, Holding.REQUEST)).isEqualTo(1);
    for (int i = 0; i < 5; i++) {
      int other = table.hold(0, key(table, 2 + i), Holding.CONNECTION, nowNanos);
      assertThat(table.held(other, key(table, 2 + i), Holding.CONNECTION)).isEqualTo(1);
    }
  }

  @Test
  void releasingTooOftenNeverGoesBelowZero() {
    LimitTable table = LimitTable.inMemory(64, 1);
    long key = key(table, 1);
    int entry = table.hold(0, key, Holding.REQUEST, nowNanos);

    table.release(0, entry, key, Holding.REQUEST);
    table.release(0, entry, key, Holding.REQUEST);
    table.release(0, entry, key(table, 2), Holding.REQUEST);

    assertThat(table.held(entry, key, Holding.REQUEST)).isZero();
    assertThat(table.held(entry, key, Holding.CONNECTION)).isZero();
  }

  @Test
  void doesNotCountBeyondWhatACellCanTell() {
    LimitTable table = LimitTable.inMemory(64, 1);
    long key = key(table, 1);
    int entry = table.hold(0, key, Holding.CONNECTION, nowNanos);
    for (int i = 1; i < 65_535; i++) {
      table.hold(0, key, Holding.CONNECTION, nowNanos);
    }

    assertThat(table.hold(0, key, Holding.CONNECTION, nowNanos)).isEqualTo(LimitTable.NONE);
    assertThat(table.held(entry, key, Holding.CONNECTION)).isEqualTo(65_535);
    assertThat(table.held(entry, key, Holding.REQUEST)).isZero();
  }

  @Test
  void aFullTableForgetsTheClientThatIsLeastAheadOfItsRate() {
    LimitTable table = LimitTable.inMemory(8, 1);
    for (int client = 0; client < 8; client++) {
      table.take(key(table, client), ONE_A_MINUTE, nowNanos + client * 1000L);
    }

    assertThat(table.take(key(table, 8), ONE_A_MINUTE, nowNanos + 8000)).isZero();

    assertThat(table.forgotten()).isEqualTo(1);
    for (int client = 1; client <= 8; client++) {
      assertThat(table.take(key(table, client), ONE_A_MINUTE, nowNanos + 9000)).isPositive();
    }
    assertThat(table.take(key(table, 0), ONE_A_MINUTE, nowNanos + 9000)).isZero();
    assertThat(table.used()).isEqualTo(table.capacity()).isEqualTo(8);
  }

  @Test
  void aFullTableForgetsNothingOfValueWhereAClientHasNothingToRemember() {
    LimitTable table = LimitTable.inMemory(8, 1);
    Pace quick = Pace.of(1000, Duration.ofSeconds(1), 0);
    for (int client = 0; client < 8; client++) {
      table.take(key(table, client), client == 5 ? quick : ONE_A_MINUTE, nowNanos);
    }

    long later = nowNanos + 2_000_000;
    assertThat(table.take(key(table, 8), ONE_A_MINUTE, later)).isZero();

    assertThat(table.forgotten()).isZero();
    for (int client : new int[] {0, 1, 2, 3, 4, 6, 7, 8}) {
      assertThat(table.take(key(table, client), ONE_A_MINUTE, later)).isPositive();
    }
  }

  @Test
  void aClientThatHoldsSomethingIsNeverForgottenAndNobodyIsRefusedForIt() {
    LimitTable table = LimitTable.inMemory(8, 2);
    int[] entries = new int[8];
    for (int client = 0; client < 8; client++) {
      entries[client] = table.hold(1, key(table, client), Holding.REQUEST, nowNanos);
    }

    long ninth = key(table, 8);
    assertThat(table.take(ninth, ONE_A_MINUTE, nowNanos)).isZero();
    assertThat(table.take(ninth, ONE_A_MINUTE, nowNanos)).isZero();
    assertThat(table.hold(0, ninth, Holding.REQUEST, nowNanos)).isEqualTo(LimitTable.NONE);
    assertThat(table.unheeded()).isEqualTo(3);

    table.release(1, entries[3], key(table, 3), Holding.REQUEST);
    assertThat(table.hold(0, ninth, Holding.REQUEST, nowNanos)).isEqualTo(entries[3]);
    assertThat(table.held(entries[3], ninth, Holding.REQUEST)).isEqualTo(1);
  }

  @Test
  void threadsTogetherGetExactlyWhatTheRateAllows() throws Exception {
    LimitTable table = LimitTable.inMemory(1024, THREADS);
    long key = Hammer.client(table);

    assertThat(inThreads(thread -> Hammer.attempt(table, key))).isEqualTo(10_000);
  }

  @Test
  void threadsTogetherNeverHoldMoreThanTheLimit() throws Exception {
    LimitTable table = LimitTable.inMemory(64, THREADS);
    long key = key(table, 1);
    int limit = 2;
    AtomicInteger inside = new AtomicInteger();

    int admitted =
        inThreads(
            column -> {
              int passed = 0;
              for (int i = 0; i < 50_000; i++) {
                int entry = table.hold(column, key, Holding.REQUEST, nowNanos);
                if (table.held(entry, key, Holding.REQUEST) <= limit) {
                  assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(limit);
                  passed++;
                  inside.decrementAndGet();
                }
                table.release(column, entry, key, Holding.REQUEST);
              }
              return passed;
            });

    assertThat(admitted).isPositive();
    int entry = table.hold(0, key, Holding.REQUEST, nowNanos);
    assertThat(table.held(entry, key, Holding.REQUEST)).isEqualTo(1);
  }

  @Test
  void whateverThreadsDoInATableThatIsTooSmallNothingIsHeldInTheEnd() throws Exception {
    LimitTable table = LimitTable.inMemory(16, THREADS);

    int _ =
        inThreads(
            column -> {
              for (int i = 0; i < 50_000; i++) {
                long key = key(table, (i * 7 + column) % 40);
                table.take(key, ONE_A_MINUTE, System.nanoTime());
                int entry = table.hold(column, key, Holding.REQUEST, System.nanoTime());
                if (entry != LimitTable.NONE) {
                  assertThat(table.held(entry, key, Holding.REQUEST)).isBetween(0, THREADS);
                  table.release(column, entry, key, Holding.REQUEST);
                }
              }
              return 0;
            });

    for (int client = 0; client < 40; client++) {
      int entry = table.hold(0, key(table, client), Holding.REQUEST, System.nanoTime());
      assertThat(table.held(entry, key(table, client), Holding.REQUEST)).isEqualTo(1);
      table.release(0, entry, key(table, client), Holding.REQUEST);
    }
  }

  private interface InThread {
    int run(int thread);
  }

  /// The sum of what the threads return.
  private static int inThreads(InThread action) throws Exception {
    List<Callable<Integer>> actions = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      actions.add(() -> action.run(thread));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      int sum = 0;
      for (Future<Integer> future : threads.invokeAll(actions)) {
        sum += future.get();
      }
      return sum;
    }
  }

  @Test
  void processesTogetherGetExactlyWhatTheRateAllows() throws Exception {
    Path file = folder.resolve("table");
    LimitTable table = LimitTable.create(file, 1024, 3);
    List<Process> processes = List.of(hammer(file, 1), hammer(file, 2));
    int passed = Hammer.attempt(table, Hammer.client(table));

    for (Process process : processes) {
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(printed).matches("\\d+\\s+");
      passed += Integer.parseInt(printed.strip());
    }

    assertThat(passed).isEqualTo(10_000);
    long key = Hammer.client(table);
    int entry = table.hold(0, key, Holding.REQUEST, System.nanoTime());
    assertThat(table.held(entry, key, Holding.CONNECTION)).isEqualTo(2);
    table.clear(1);
    assertThat(table.held(entry, key, Holding.CONNECTION)).isEqualTo(1);
  }

  private static Process hammer(Path file, int column) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Hammer.class.getName(),
            file.toString(),
            Integer.toString(column))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void theFileIsForItsOwnerAloneAndIsNotMadeTwice() throws Exception {
    Path file = folder.resolve("table");
    LimitTable table = LimitTable.create(file, 100, 3);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(table.capacity()).isEqualTo(104);
    assertThat(table.columns()).isEqualTo(8);
    assertThat(LimitTable.open(file).key(new byte[] {1})).isEqualTo(table.key(new byte[] {1}));
    assertThatThrownBy(() -> LimitTable.create(file, 100, 3))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void refusesAFileThatIsNoTable() throws Exception {
    Path file = folder.resolve("table");
    Files.write(file, new byte[10]);
    assertThatThrownBy(() -> LimitTable.open(file)).hasMessageContaining("is no table of limits");

    Files.write(file, new byte[10_000]);
    assertThatThrownBy(() -> LimitTable.open(file)).hasMessageContaining("is no table of limits");

    Files.delete(file);
    LimitTable.create(file, 64, 1);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 8));
    assertThatThrownBy(() -> LimitTable.open(file)).hasMessageContaining("is no table of limits");
  }
}
