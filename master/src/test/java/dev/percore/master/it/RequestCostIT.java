package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a request costs, on whatever machine: bytes on the heap and calls of the kernel, by thread.
/// The limits are a little above what docs/performance.md states.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestCostIT {
  private static final int REQUESTS = 3200;

  /// How long compilers may take until what they save is saved.
  private static final Duration WARM = Duration.ofSeconds(90);

  private Path folder;
  private PercoreServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    this.folder = folder;
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.write(site.resolve("small.bin"), new byte[1024]);
    Files.write(site.resolve("large.bin"), new byte[20 * 1024]);
    server = start(folder, "static.cache=4m");
  }

  private PercoreServer start(Path place, String setting) throws Exception {
    PluginJar.writeAllocated(place);
    return PercoreServer.start(
        place,
        "workers=1",
        "io.threads=1",
        "static.root=" + folder.resolve("site"),
        setting,
        "supervision.heartbeat_interval=1s"); // or a slow machine would count many
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/healthz,           1,  loop-,    145",
    "/healthz,           16, loop-,    145",
    "/healthz?%d,        1,  loop-,    490", // a head of which nothing is known
    "/calc?n=1000,       1,  loop-,    2100",
    "/calc?n=1000,       1,  compute-, 2400",
    "/static/small.bin,  1,  loop-,    250",
    "/static/large.bin,  1,  loop-,    480",
  })
  void allocatesLittle(String target, int pipelined, String thread, int bytesMax) throws Exception {
    awaitBytes(server, target, pipelined, thread, bytesMax);
  }

  private static void awaitBytes(
      PercoreServer server, String target, int pipelined, String thread, int bytesMax)
      throws Exception {
    try (RawConnection connection = server.connect()) {
      var _ =
          Await.within(
              WARM,
              "bytes a request",
              () -> {
                long before = allocated(connection, thread);
                request(connection, target, pipelined);
                return (double) (allocated(connection, thread) - before) / REQUESTS;
              },
              bytes -> bytes > 0 && bytes <= bytesMax);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // One look for events, one read, one write: less is not possible with one connection.
    "/healthz,           1,  loop-,    3.2",
    "/healthz,           16, loop-,    0.22",
    "/calc?n=1000,       1,  loop-,    5.2",
    "/calc?n=1000,       1,  compute-, 5.2",
    "/static/small.bin,  1,  loop-,    3.2",
    "/static/large.bin,  1,  loop-,    7.4",
  })
  void callsTheKernelSeldom(String target, int pipelined, String thread, double callsMax)
      throws Exception {
    assertCalls(server, target, pipelined, thread, callsMax);
  }

  @Test
  void aLongFileFromTheDiskAllocatesLittle(@TempDir Path other) throws Exception {
    try (PercoreServer uncached = start(other, "static.cache=0")) {
      awaitBytes(uncached, "/static/large.bin", 1, "io-", 2400);
    }
  }

  // Of an I/O thread: it walks down to the file, and looks at it before and after.
  @ParameterizedTest
  @CsvSource({"/static/small.bin, 15.4", "/static/large.bin, 13.4"})
  void callsTheKernelSeldomForAFileFromTheDisk(String target, double callsMax, @TempDir Path other)
      throws Exception {
    try (PercoreServer uncached = start(other, "static.cache=0")) {
      assertCalls(uncached, target, 1, "io-", callsMax);
    }
  }

  private void assertCalls(
      PercoreServer server, String target, int pipelined, String thread, double callsMax)
      throws Exception {
    SyscallTrace.require();
    try (RawConnection connection = server.connect()) {
      request(connection, target, pipelined); // every thread is there
      try (SyscallTrace trace = SyscallTrace.begin(server.worker(0).pid(), folder)) {
        request(connection, target, pipelined);
        Map<String, Integer> calls = trace.end(thread);
        int sum = calls.values().stream().mapToInt(Integer::intValue).sum();
        assertThat((double) sum / REQUESTS)
            .as("calls a request, of %d requests: %s", REQUESTS, calls)
            .isPositive()
            .isLessThanOrEqualTo(callsMax);
      }
    }
  }

  // Two looks for events, two tries to accept, two reads, since the request comes after the accept;
  // one to have it watched, one write and one close.
  @Test
  void callsTheKernelSeldomForAConnectionOfOneRequest() throws Exception {
    SyscallTrace.require();
    int connections = 500;
    ask(connections); // every thread is there
    try (SyscallTrace trace = SyscallTrace.begin(server.worker(0).pid(), folder)) {
      ask(connections);
      Map<String, Integer> calls = trace.end("loop-");
      int sum = calls.values().stream().mapToInt(Integer::intValue).sum();
      assertThat((double) sum / connections)
          .as("calls a connection, of %d connections: %s", connections, calls)
          .isPositive()
          .isLessThanOrEqualTo(10);
    }
  }

  private void ask(int connections) throws IOException {
    for (int i = 0; i < connections; i++) {
      try (RawConnection connection = server.connect()) {
        connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(connection.receive().status()).isEqualTo(200);
      }
    }
  }

  private static void request(RawConnection connection, String target, int pipelined)
      throws IOException {
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (int i = 0; i < REQUESTS; i += pipelined) {
      connection.send(request.formatted(i).repeat(pipelined));
      for (int j = 0; j < pipelined; j++) {
        assertThat(connection.receive().status()).isEqualTo(200);
      }
    }
  }

  private static long allocated(RawConnection connection, String thread) throws IOException {
    return connection
        .get("/allocated")
        .text()
        .lines()
        .filter(line -> line.startsWith(thread))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1)))
        .sum();
  }
}
