package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.protocol.client.PoolBuilder;
import dev.percore.protocol.client.PoolProcess;
import dev.percore.protocol.client.ProcessPool;
import dev.percore.protocol.client.RemoteException;
import dev.percore.protocol.client.Result;
import dev.percore.protocol.client.Results;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client for Java programs with a private server of the distribution.
class ProcessPoolIT {
  private static final Map<String, Long> LONG = Map.of("n", 20_000_000_000L);

  @TempDir private Path folder = Path.of("/");

  @Test
  @SuppressWarnings("try") // to close it is part of what is tested
  void computesInItsOwnProcessesWithoutATcpPort() throws Exception {
    ProcessHandle master;
    List<PoolProcess> workers;
    try (ProcessPool pool = pool().start()) {
      master = pool.master();
      workers = pool.processes();
      assertThat(workers).hasSize(2).allMatch(PoolProcess::isAlive);
      for (long pid : List.of(master.pid(), workers.get(0).pid(), workers.get(1).pid())) {
        assertThat(tcpListeners(pid)).as("TCP ports of " + pid).isEmpty();
      }

      Result one = pool.apply("fibonacci", Map.of("n", 90));
      assertThat(one.integer()).hasToString("2880067194370816120");
      assertThat(workers).extracting(PoolProcess::pid).contains(one.pid());
      assertThat(pool.map("count", elements(100)))
          .extracting(result -> result.integer().intValueExact())
          .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
      assertThat(pool.imapUnordered("count", elements(50)).stream())
          .extracting(result -> result.integer().intValueExact())
          .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 50).boxed().toList());
      assertThatThrownBy(() -> pool.apply("primes", Map.of("n", -1)))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.status()).isEqualTo(400);
                assertThat(e.type()).isEqualTo("/problems/parameter-out-of-range");
              });
      assertThatThrownBy(() -> pool.apply("count", LONG, Duration.ofMillis(200)))
          .isInstanceOf(TimeoutException.class);
      assertThatThrownBy(pool::join).isInstanceOf(IllegalStateException.class);

      pool.close();
      assertThatThrownBy(() -> pool.applyAsync("count", Map.of()))
          .isInstanceOf(RejectedExecutionException.class);
      pool.join();
    }
    assertThat(master.isAlive()).isFalse();
    assertThat(workers).noneMatch(PoolProcess::isAlive);
  }

  @Test
  @SuppressWarnings("try") // to close it is part of what is tested
  void aWorkerKilledInMidMapCostsNoElement() throws Exception {
    try (ProcessPool pool = pool().start()) {
      PoolProcess victim = pool.processes().getFirst();
      long[] killed = new long[1];
      try (Results results =
          pool.imap(
              "count", IntStream.range(0, 40).mapToObj(_ -> Map.of("n", 20_000_000L)).toList())) {
        for (int i = 0; i < 40; i++) {
          assertThat(results.hasNext()).isTrue();
          assertThat(results.next().integer()).isEqualTo(20_000_000);
          if (i == 10) {
            killed[0] = victim.pid();
            OsProcesses.send("KILL", victim.pid());
          }
        }
        assertThat(results.hasNext()).isFalse();
      }
      assertThat(killed[0]).isPositive();
      assertThat(Await.until("exit code", victim::exitCode, code -> code.isPresent()).getAsInt())
          .isEqualTo(137);
      assertThat(victim.isAlive()).isFalse();
      pool.close();
      pool.join();
    }
  }

  @Test
  void terminateCutsWhatRuns() throws Exception {
    try (ProcessPool pool = pool().start()) {
      ProcessHandle master = pool.master();
      List<PoolProcess> workers = pool.processes();
      CompletableFuture<Result> call = pool.applyAsync("count", LONG);
      pool.terminate();
      pool.join();
      assertThat(call).isCompletedExceptionally();
      assertThat(master.isAlive()).isFalse();
      Await.until("no worker", () -> workers.stream().noneMatch(PoolProcess::isAlive));
    }
  }

  @Test
  void endsWithTheProgramThatStartedIt() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                Distribution.home().resolve("lib") + "/*",
                "-Dpercore.home=" + Distribution.home(),
                source().toString())
            .redirectErrorStream(true)
            .start();
    List<Long> pids;
    try (BufferedReader output = program.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.startsWith("pids")) {
        line = output.readLine();
      }
      assertThat(line).isNotNull();
      pids =
          List.of(line.substring("pids ".length()).split(" ")).stream().map(Long::valueOf).toList();
    } finally {
      program.destroyForcibly().waitFor();
    }
    assertThat(pids).hasSize(2);
    for (long pid : pids) {
      OsProcesses.awaitEnd(pid, Await.LIMIT);
    }
  }

  private Path source() throws Exception {
    return Files.writeString(
        folder.resolve("Starter.java"),
        """
        import dev.percore.protocol.client.ProcessPool;
        public class Starter {
          public static void main(String[] arguments) throws Exception {
            ProcessPool pool = ProcessPool.start(1);
            System.out.println(
                "pids " + pool.master().pid() + " " + pool.processes().getFirst().pid());
            Thread.sleep(600_000);
          }
        }
        """);
  }

  private static PoolBuilder pool() {
    return ProcessPool.builder().home(Distribution.home()).workers(2);
  }

  private static List<Map<String, Integer>> elements(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> Map.of("n", n)).toList();
  }

  // Inodes of the process's sockets that listen on TCP.
  private static List<String> tcpListeners(long pid) throws Exception {
    List<String> sockets;
    try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      sockets =
          files
              .filter(Files::isSymbolicLink)
              .map(ProcessPoolIT::target)
              .filter(text -> text.startsWith("socket:["))
              .map(text -> text.replaceAll("\\D", ""))
              .toList();
    }
    List<String> listening = new java.util.ArrayList<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net/" + table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals("0A") && sockets.contains(columns[9])) {
          listening.add(columns[1]);
        }
      }
    }
    return listening;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (java.io.IOException closedMeanwhile) {
      return "";
    }
  }
}
