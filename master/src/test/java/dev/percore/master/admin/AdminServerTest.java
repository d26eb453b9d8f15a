package dev.percore.master.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.config.Version;
import dev.percore.master.StopMode;
import dev.percore.master.evidence.WorkerHistory;
import dev.percore.master.metrics.MasterMetrics;
import dev.percore.master.metrics.MetricsCollector;
import dev.percore.master.reload.ReloadReport;
import dev.percore.master.supervise.Evidence;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.SupervisorListener;
import dev.percore.master.supervise.TestConfig;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.upgrade.UpgradeReport;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.shared.PoisonTable;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The admin endpoints over a real socket, with a supervisor that has no processes.
class AdminServerTest {
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final BlockingQueue<StopMode> stops = new LinkedBlockingQueue<>();
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void listen() throws Exception {
    var metrics = new MasterMetrics();
    metrics.showVersion(Version.current());
    var supervisor =
        new Supervisor(
            new Generation(1, TestConfig.load(List.of("workers=2"))),
            (_, _, _) -> {
              throw new IOException("not in this test");
            },
            new Silent(metrics),
            Evidence.NONE,
            System::nanoTime,
            InstantSource.system(),
            RandomGenerator.getDefault(),
            _ -> 0,
            2,
            false);
    var collector = new MetricsCollector(loop.next(), supervisor, metrics, Duration.ofSeconds(1));
    var api =
        new AdminApi(
            () ->
                new StatusView(1, "1", "running", "now", "", List.of(), "", 2, 0, 1, "open", null),
            () -> WorkersView.of(supervisor.slots()),
            collector,
            new FakeControl(stops),
            () -> HistoryView.of(new WorkerHistory()),
            (slot, heap) ->
                slot == 0
                    ? Optional.of(CompletableFuture.completedFuture("threads, heap: " + heap))
                    : Optional.empty());
    address =
        new AdminServer(loop)
            .open(
                new ServerConfig.Admin("127.0.0.1", 0, true, Duration.ofSeconds(1), Duration.ZERO),
                null,
                api);
  }

  @AfterEach
  void close() {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws IOException {
    String answers =
        exchange(
            head("GET /metrics", false) + head("GET /healthz", false) + head("GET /nowhere", true));
    assertThat(answers.indexOf("percore_worker_up")).isBetween(0, answers.indexOf("\r\n\r\nok\n"));
    assertThat(answers.indexOf("404 Not Found")).isGreaterThan(answers.indexOf("\r\n\r\nok\n"));
  }

  @Test
  void answersOneRequestAfterTheOtherOnAConnection() throws IOException {
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write(head("GET /healthz", false).getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\nok\n")) {
          answer.append((char) socket.getInputStream().read());
        }
        assertThat(answer).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void answersARequestThatArrivesInPieces() throws Exception {
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      for (int round = 0; round < 2; round++) {
        for (byte octet : head("GET /healthz", round == 1).getBytes(StandardCharsets.US_ASCII)) {
          socket.getOutputStream().write(octet);
          socket.getOutputStream().flush();
          loop.next().submit(() -> {}).syncUninterruptibly(); // the loop has turned in between
        }
      }
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers.split("\r\n\r\nok\n", -1)).hasSize(3);
    }
  }

  @Test
  void showsTheSlotsThatAreEmpty() throws IOException {
    assertThat(get("/workers"))
        .contains("\"slot\":0,\"pid\":null,\"state\":\"exited\"")
        .contains("\"slot\":1");
  }

  @Test
  void refusesAForeignNameOnLoopback() throws IOException {
    assertThat(exchange("GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 421 ");
  }

  @Test
  void takesLiteralsAndLocalhostAsItsName() {
    for (String name :
        List.of("localhost", "LOCALHOST:9180", "127.0.0.1", "127.0.0.1:1", "[::1]:9")) {
      assertThat(AdminHandler.isOurName(name)).as(name).isTrue();
    }
    for (String name : List.of("evil.example", "127.0.0.1.evil.example:80", "localhost.evil", "")) {
      assertThat(AdminHandler.isOurName(name)).as(name).isFalse();
    }
  }

  @Test
  void answersABadEncodingWith400() throws IOException {
    assertThat(get("/%zz")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void keepsTheStopForTheControlSocket() throws IOException {
    String answer = exchange(head("POST /stop", true));
    assertThat(answer).startsWith("HTTP/1.1 403 ");
    assertThat(stops).isEmpty();
  }

  @Test
  void keepsThreadDumpsForTheControlSocket() throws IOException {
    assertThat(exchange(head("POST /workers/0/dump", true))).startsWith("HTTP/1.1 403 ");
    assertThat(get("/workers/0/dump")).startsWith("HTTP/1.1 405 ");
  }

  @Test
  void tellsHowWorkersEnded() throws IOException {
    assertThat(get("/workers/history")).startsWith("HTTP/1.1 200 ").endsWith("{\"ends\":[]}");
  }

  @Test
  void listsCallsAtWhichWorkersHaveDiedAndKeepsTheirPardonForTheControlSocket() throws IOException {
    assertThat(get("/poison"))
        .contains("\"function\":\"boom\",\"fingerprint\":\"0000000000000abc\",\"deaths\":2")
        .contains("\"refused_until\":null,\"refusals\":3");
    assertThat(exchange(head("POST /poison/forget?fingerprint=0000000000000abc", true)))
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void namesTheMethodsThatItTakes() throws IOException {
    String answer = exchange(head("DELETE /metrics", true));
    assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("allow: GET, HEAD");
  }

  @Test
  void closesConnectionsBeyondItsLimit() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        sockets.add(new Socket(address.getAddress(), address.getPort()));
      }
      try (var oneMore = new Socket(address.getAddress(), address.getPort())) {
        oneMore.setSoTimeout(10_000);
        assertThat(oneMore.getInputStream().read()).as("end of stream").isEqualTo(-1);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private String get(String target) throws IOException {
    return exchange(head("GET " + target, true));
  }

  private static String head(String methodAndTarget, boolean last) {
    return methodAndTarget
        + " HTTP/1.1\r\nHost: localhost\r\n"
        + (last ? "Connection: close\r\n\r\n" : "\r\n");
  }

  private String exchange(String request) throws IOException {
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private record Silent(MasterMetrics metrics) implements SupervisorListener {
    @Override
    public void slotAdded(Slot slot) {
      metrics.add(slot);
    }

    @Override
    public void notSpawned(int slot, Generation generation, String reason) {}

    @Override
    public void lend(int slot, WorkerProcess worker) {}

    @Override
    public void spawned(WorkerProcess worker) {}

    @Override
    public void serving() {}

    @Override
    public void exited(WorkerProcess worker, WorkerExit exit) {}

    @Override
    public void startFailed(String reason) {}

    @Override
    public void stopped() {}
  }

  /// Takes stops, and nothing else.
  private record FakeControl(BlockingQueue<StopMode> stops) implements Control {
    @Override
    public void stop(StopMode mode) {
      stops.add(mode);
    }

    @Override
    public CompletionStage<ReloadReport> reload() {
      return new CompletableFuture<>();
    }

    @Override
    public void usePool(PoolState state) {}

    @Override
    public CompletionStage<Void> joinPool() throws RefusedException {
      throw new RefusedException("the pool is open");
    }

    @Override
    public List<PoisonTable.Entry> poison() {
      return List.of(
          new PoisonTable.Entry("boom", 0xabc, 2, System.nanoTime(), System.nanoTime() - 1, 3, 0));
    }

    @Override
    public boolean forgetPoison(long fingerprint) {
      return fingerprint == 0xabc;
    }

    @Override
    public void reopenLogs() {}

    @Override
    public void drainWorkers() {}

    @Override
    public CompletionStage<UpgradeReport> upgrade() throws RefusedException {
      throw new RefusedException("not in this test");
    }

    @Override
    public int addWorker() throws RefusedException {
      throw new RefusedException("not in this test");
    }

    @Override
    public int removeWorker() throws RefusedException {
      throw new RefusedException("not in this test");
    }

    @Override
    public void removeWorker(int slot) throws RefusedException {
      throw new RefusedException("not in this test");
    }

    @Override
    public void restartWorker(int slot) throws RefusedException {
      throw new RefusedException("not in this test");
    }
  }
}
