package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.protocol.client.Computation;
import dev.percore.protocol.client.ConnectionLostException;
import dev.percore.protocol.client.PoolBuilder;
import dev.percore.protocol.client.PoolProcess;
import dev.percore.protocol.client.ProcessPool;
import dev.percore.protocol.client.RemoteException;
import dev.percore.protocol.client.Result;
import dev.percore.protocol.client.Results;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The client for Java programs, with private servers of the distribution. Most tests share one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProcessPoolIT {
  private static final Map<String, Long> ENDLESS = Map.of("n", 100_000_000_000L);

  private Path folder;
  private ProcessPool pool;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    PluginJar.writeSlow(folder, true);
    pool = builder().plugins(folder.resolve("plugins")).start();
  }

  @AfterAll
  @SuppressWarnings("try") // to close it is what is tested
  void closedItFinishesAndNothingIsLeft() throws Exception {
    Remains remains = Remains.of(pool);
    CompletableFuture<Result> last = pool.applyAsync("count", Map.of("n", 50_000_000));
    assertThatThrownBy(pool::join).isInstanceOf(IllegalStateException.class);
    pool.close();
    assertThatThrownBy(() -> pool.applyAsync("count", Map.of()))
        .isInstanceOf(RejectedExecutionException.class);
    pool.join();
    assertThat(last.join().integer()).isEqualTo(50_000_000);
    remains.assertNone();
  }

  @Test
  void listensOnNoTcpPort() throws Exception {
    assertThat(pool.processes()).hasSize(2);
    for (long pid : Remains.of(pool).pids()) {
      assertThat(OsProcesses.tcpListeners(pid)).as("TCP ports of pid %d", pid).isEmpty();
    }
    // The look finds such ports where there are some.
    try (var _ = new ServerSocket(0)) {
      assertThat(OsProcesses.tcpListeners(ProcessHandle.current().pid())).isNotEmpty();
    }
  }

  @Test
  void callsFunctions() {
    Result one = pool.apply("fibonacci", Map.of("n", 90));
    assertThat(one.integer()).hasToString("2880067194370816120");
    Computation where = one.computation().orElseThrow();
    assertThat(pool.processes())
        .anyMatch(
            process ->
                process.pid() == where.pid()
                    && process.slot() == where.slot()
                    && process.name().equals(where.process()));
    assertThat(where.threadId()).isPositive();
    Result image = pool.apply("mandelbrot", Map.of("width", 8, "height", 8));
    assertThat(image.mediaType()).isEqualTo("image/png");
    assertThat(image.bytes()).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void tellsProblemsWithTheirFields() {
    assertThatThrownBy(() -> pool.apply("primes", Map.of("n", -1)))
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.type()).isEqualTo("/problems/parameter-out-of-range");
              assertThat(e.document().get("parameter").asString()).isEqualTo("n");
            });
    assertThatThrownBy(() -> pool.apply("no-such", Map.of()))
        .isInstanceOfSatisfying(RemoteException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void callsBackWithResultOrError() {
    CompletableFuture<String> result =
        pool.applyAsync("count", Map.of("n", 5)).thenApply(r -> "counted to " + r.integer());
    CompletableFuture<String> error =
        pool.applyAsync("count", Map.of("n", -5))
            .thenApply(r -> "counted to " + r.integer())
            .exceptionally(
                e -> "failed: " + (e.getCause() instanceof RemoteException r ? r.status() : e));
    assertThat(result.join()).isEqualTo("counted to 5");
    assertThat(error.join()).isEqualTo("failed: 400");
  }

  @Test
  void aCallThatIsGivenUpIsCancelledInTheServer() throws Exception {
    assertThatThrownBy(() -> pool.apply("count", ENDLESS, Duration.ofMillis(100)))
        .isInstanceOf(TimeoutException.class);
    // Were it not, one of the workers would be busy for minutes.
    List<Result> results = pool.map("count", List.of(1, 2, 3, 4));
    assertThat(results).extracting(Result::integer).doesNotContainNull().hasSize(4);
    var control = new ControlSocket(runFolder().resolve("control.sock"));
    Await.until(
        "no worker computes",
        () ->
            control
                .get("/workers")
                .path("workers")
                .valueStream()
                .allMatch(worker -> worker.path("running").asInt(1) == 0));
  }

  @Test
  void mapsInOrder() {
    List<Integer> elements = IntStream.range(0, 1000).boxed().toList();
    assertThat(pool.map("count", elements))
        .extracting(result -> result.integer().intValueExact())
        .containsExactlyElementsOf(elements);
  }

  @Test
  void anEndlessInputIsReadOnlySoFarAhead() {
    var read = new AtomicInteger();
    Iterable<Map<String, Integer>> elements =
        () -> Stream.generate(() -> Map.of("n", read.getAndIncrement())).iterator();
    try (Results results = pool.imap("count", elements)) {
      for (int i = 0; i < 50; i++) {
        assertThat(results.next().integer()).isEqualTo(i);
        assertThat(read.get()).isLessThanOrEqualTo(i + 1 + 4);
      }
    }
  }

  @Test
  void unorderedTheFastOnesComeFirst() {
    List<Long> elements = List.of(ENDLESS.get("n"), 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    try (Results results = pool.imapUnordered("count", elements)) {
      Set<Long> taken =
          Set.copyOf(
              IntStream.range(0, 9).mapToObj(_ -> results.next().integer().longValue()).toList());
      assertThat(taken).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
  }

  @Test
  void aFunctionOfAPluginRuns() throws Exception {
    CompletableFuture<Result> call = pool.applyAsync("slow", Map.of());
    Await.until("it runs", () -> Files.exists(folder.resolve("runs")));
    assertThat(call).isNotDone();
    Files.createFile(folder.resolve("go"));
    assertThat(call.join().value().asString()).isEqualTo("done");
  }

  @Test
  void aProcessThatEndsIsReplacedAndCostsNoElement() throws Exception {
    PoolProcess killed = pool.processes().get(0);
    PoolProcess told = pool.processes().get(1);
    assertThat(killed.isAlive()).isTrue();
    assertThat(killed.exitCode()).isEmpty();
    List<Integer> elements = IntStream.range(10_000_000, 10_000_060).boxed().toList();
    try (Results results = pool.imap("count", elements)) {
      for (int element : elements) {
        assertThat(results.next().integer()).isEqualTo(element);
        if (element == 10_000_010) {
          OsProcesses.send("KILL", killed.pid());
          assertThat(told.terminate()).isTrue();
        }
      }
    }
    assertThat(Await.until("its exit code", killed::exitCode, code -> code.isPresent()))
        .hasValue(137);
    assertThat(Await.until("its exit code", told::exitCode, code -> code.isPresent()))
        .hasValue(143);
    assertThat(killed.isAlive()).isFalse();
    assertThat(told.terminate()).isFalse();
    Await.until("two others are there", () -> pool.processes().size() == 2);
    assertThat(pool.processes())
        .extracting(PoolProcess::pid)
        .doesNotContain(killed.pid(), told.pid());
  }

  @Test
  void aClientOfAServerThatRunsClosesItselfAlone() throws Exception {
    try (ProcessPool client = ProcessPool.connect(runFolder().resolveSibling("pool.sock"))) {
      assertThat(client.apply("count", Map.of("n", 3)).integer()).isEqualTo(3);
      client.terminate();
      client.join();
    }
    assertThat(pool.apply("count", Map.of("n", 4)).integer()).isEqualTo(4);
  }

  @Test
  void terminateGivesUpWhatRunsAndLeavesNothing() throws Exception {
    try (ProcessPool other = builder().workers(1).start()) {
      Remains remains = Remains.of(other);
      CompletableFuture<Result> call = other.applyAsync("count", ENDLESS);
      other.terminate();
      other.join();
      assertThatThrownBy(call::join).hasCauseInstanceOf(ConnectionLostException.class);
      remains.assertNone();
    }
  }

  @Test
  void saysWhyItDoesNotStart() {
    assertThatThrownBy(() -> builder().setting("worker.heap", "1").start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("worker.heap");
    assertThatThrownBy(() -> builder().home(Path.of("/nowhere")).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bin/percore");
  }

  @Test
  void endsWithItsProgramAlsoByKill() throws Exception {
    String program =
        """
        import dev.percore.protocol.client.ProcessPool;
        import java.util.Map;
        public class Program {
          public static void main(String[] arguments) throws Exception {
            ProcessPool pool = ProcessPool.start(1);
            pool.applyAsync("count", Map.of("n", 100_000_000_000L));
            System.out.println(pool.master().pid() + " " + pool.processes().getFirst().pid());
            Thread.currentThread().join();
          }
        }
        """;
    Process process =
        java(Files.writeString(folder.resolve("Program.java"), program).toString()).start();
    Remains remains;
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      assertThat(line).as("the program's only line").isNotNull();
      List<Long> pids = Stream.of(line.split(" ", -1)).map(Long::valueOf).toList();
      remains = new Remains(pids, Remains.folder(pids.getFirst()));
      OsProcesses.send("KILL", process.pid());
    } finally {
      process.destroyForcibly().waitFor();
    }
    remains.awaitNone();
  }

  @Test
  void theExampleTellsWhereEachTimeWasCounted() throws Exception {
    String example = Path.of("../docs/examples/FiveTimes.java").toAbsolutePath().toString();
    Distribution.Outcome outcome = Distribution.run(java("-Duser.language=en", example, "1000000"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines().filter(line -> line.contains(" counted to 1,000,000 ")))
        .hasSize(15)
        .allMatch(
            line ->
                line.matches(
                    ".* pid=\\d+ process=(main|worker-\\d+) thread_id=\\d+ thread=\\S+ counted"
                        + " .*"));
    assertThat(outcome.out().lines().filter(line -> line.matches("5 times in .*: [0-9,]+ ms")))
        .hasSize(3);
  }

  private static PoolBuilder builder() {
    return ProcessPool.builder().home(Distribution.home()).workers(2);
  }

  private static ProcessBuilder java(String... arguments) {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-cp",
                    Distribution.home().resolve("lib") + "/*"),
                Stream.of(arguments))
            .toList();
    return new ProcessBuilder(command);
  }

  private Path runFolder() throws IOException {
    return Remains.folder(pool.master().pid()).resolve("run");
  }

  /// What must not be left of a private server: its master, its workers and its folder.
  private record Remains(List<Long> pids, Path folder) {

    static Remains of(ProcessPool pool) throws IOException {
      long master = pool.master().pid();
      Stream<Long> workers = pool.processes().stream().map(PoolProcess::pid);
      return new Remains(Stream.concat(Stream.of(master), workers).toList(), folder(master));
    }

    // It is named in the settings that the master was started with.
    static Path folder(long master) throws IOException {
      String[] arguments =
          Files.readString(Path.of("/proc/" + master + "/cmdline")).split("\0", -1);
      for (String argument : arguments) {
        if (argument.startsWith("run_dir=")) {
          return Path.of(argument.substring("run_dir=".length())).resolveSibling("").normalize();
        }
      }
      throw new AssertionError("no run_dir in " + List.of(arguments));
    }

    void assertNone() {
      assertThat(pids).noneMatch(OsProcesses::isRunning);
      assertThat(folder).doesNotExist();
    }

    void awaitNone() throws Exception {
      Await.until("no process is left", () -> pids.stream().noneMatch(OsProcesses::isRunning));
      Await.until("its folder is gone", () -> !Files.exists(folder));
    }
  }
}
