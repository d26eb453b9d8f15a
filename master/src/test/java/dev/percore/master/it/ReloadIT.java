package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The configuration is reloaded while the server works.
final class ReloadIT {
  private static final Duration PACE = Duration.ofMillis(5);

  @TempDir private Path folder;

  @Test
  void noRequestIsLostAndIdleConnectionsGoOn() throws Exception {
    ConfigFile.write(folder, "compute.queue=10000");
    List<RawConnection> idle = new ArrayList<>();
    try (PercoreServer server = PercoreServer.startByFile(folder);
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", PACE);
        KeepAliveClients regulars = KeepAliveClients.start(server, 4, Duration.ofMillis(3))) {
      for (int i = 0; i < 20; i++) {
        idle.add(server.connect());
      }
      List<Long> first = pids(server, idle);
      assertThat(first).hasSameElementsAs(pids(server));

      Distribution.Outcome reload = server.command("-s", "reload");

      assertThat(reload.exitCode()).as(reload.err()).isZero();
      assertThat(reload.out())
          .isEqualTo("percore: reloaded, generation 2: all workers have the new configuration");
      server.awaitSettled(2);
      List<Long> second = pids(server, idle);
      assertThat(second).hasSameElementsAs(pids(server)).doesNotContainAnyElementsOf(first);

      server.signal("HUP");

      server.awaitSettled(3);
      assertThat(pids(server, idle))
          .hasSameElementsAs(pids(server))
          .doesNotContainAnyElementsOf(second);
      assertNothingLost(newcomers, regulars);
    } finally {
      for (RawConnection connection : idle) {
        connection.close();
      }
    }
  }

  @Test
  void twoReloadsInARowEndSettled() throws Exception {
    ConfigFile.write(folder, "workers=1");
    try (PercoreServer server = PercoreServer.startByFile(folder)) {
      server.signal("HUP");
      server.output().awaitLine("reloading the configuration");
      server.signal("HUP");
      server.signal("HUP");

      server.awaitSettled(3);
      assertThat(server.reloadState()).isEqualTo("succeeded");
      assertThat(server.livingWorkers()).isEqualTo(pids(server));
    }
  }

  @Test
  void changedSettingsAndPortsAndNumbersOfWorkersTakeEffect() throws Exception {
    int port = freePort();
    var extra = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    ConfigFile.write(folder);
    try (PercoreServer server = PercoreServer.startByFile(folder);
        OpenLoop newcomers = OpenLoop.start(server, "/healthz", PACE);
        RawConnection idle = server.connectTo(1)) {
      String large = "{\"text\":\"" + "x".repeat(2000) + "\"}";
      assertThat(server.post("/calc/sha256", large).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> RawConnection.open(extra)).isInstanceOf(IOException.class);

      ConfigFile.write(
          folder,
          "workers=3",
          "limits.body=1000",
          "compute.timeout=500ms",
          "worker.jvm_options=[-Dmarked=yes]",
          "listen.extra=[\"127.0.0.1:" + port + "\"]");
      reload(server, 2);

      assertThat(server.workers()).hasSize(3);
      assertThat(server.post("/calc/sha256", large).statusCode()).isEqualTo(413);
      assertThat(OsProcesses.withArgument("-Dmarked=yes"))
          .containsExactlyInAnyOrderElementsOf(pids(server));
      for (int i = 0; i < 10; i++) {
        try (RawConnection connection = RawConnection.open(extra)) {
          assertThat(connection.get("/calc?n=1").status()).isEqualTo(200);
        }
      }
      assertThat(server.get("/calc?n=100000000000").status()).isEqualTo(504);

      ConfigFile.write(folder, "workers=1");
      reload(server, 3);

      assertThat(server.workers()).hasSize(1);
      assertThatThrownBy(() -> RawConnection.open(extra)).isInstanceOf(IOException.class);
      assertThat(server.post("/calc/sha256", large).statusCode()).isEqualTo(200);
      assertThat(server.holderOf(idle)).isEqualTo(server.worker(0).pid());
      assertAllAnswered(newcomers);
    }
  }

  @Test
  void blueGreenChangesOverWhenAllAreThere() throws Exception {
    PluginJar.writeHold(folder);
    ConfigFile.write(folder, "reload.strategy=blue-green");
    try (PercoreServer server = PercoreServer.startByFile(folder)) {
      List<Long> before = pids(server);
      Files.createFile(folder.resolve("hold"));
      Files.createFile(folder.resolve("let-one-pass"));

      server.signal("HUP");

      Await.until("one is prepared", () -> others(server, "prepared") == 1);
      assertThat(others(server, "starting")).isEqualTo(1);
      assertThat(pids(server)).isEqualTo(before);
      assertThat(server.workers()).allMatch(WorkerInfo::isReady);

      Files.delete(folder.resolve("hold"));

      server.awaitSettled(2);
    }
  }

  @Test
  void theOldestOfTooManyThatDrainIsCut() throws Exception {
    PluginJar.writeGate(folder);
    ConfigFile.write(folder, "workers=1", "reload.max_draining=1", "reload.drain=1h");
    String gate = "/gate?file=" + folder.resolve("gate");
    try (PercoreServer server = PercoreServer.startByFile(folder);
        RawConnection oldest = server.connect().sendGet(gate)) {
      server.awaitWorker(0, "has a request", worker -> worker.inFlight() == 1);
      reload(server);
      try (RawConnection next = server.connect().sendGet(gate)) {
        server.awaitWorker(0, "has a request", worker -> worker.inFlight() == 1);

        reload(server);

        var _ = oldest.awaitEnd(); // with a 503, if there was time for one
        server.output().awaitLine("is cut: 2 workers of its slot drain");
        Files.createFile(folder.resolve("gate"));
        assertThat(next.receive().status()).isEqualTo(200);
      }
      server.awaitSettled(3);
    }
  }

  @Test
  void aSlotThatHasChangedOverGoesBackWhenAnotherCannot() throws Exception {
    PluginJar.writeFragile(folder);
    ConfigFile.write(folder);
    try (PercoreServer server = PercoreServer.startByFile(folder);
        RawConnection idle = server.connectTo(0);
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", PACE)) {
      List<Long> before = pids(server);
      Files.createFile(folder.resolve("let-one-pass"));
      ConfigFile.write(folder, "worker.jvm_options=[-Dfragile=true]");

      Distribution.Outcome reload = server.command("-s", "reload");

      assertThat(reload.exitCode()).as(reload.out()).isEqualTo(1);
      assertThat(reload.err()).contains("reload rolled back");
      List<WorkerInfo> after = server.awaitSettled(1);
      assertThat(after.get(0).pid()).isNotIn(before);
      assertThat(after.get(1).pid()).isEqualTo(before.get(1));
      assertThat(server.holderOf(idle)).isEqualTo(after.get(0).pid());
      assertAllAnswered(newcomers);
    }
  }

  @Test
  void aGenerationThatAnswersErrorsIsRolledBackByItself() throws Exception {
    PluginJar.writeVerdict(folder, 200);
    String[] canary = {"reload.strategy=canary", "reload.observe=1m"};
    ConfigFile.write(folder, canary);
    try (PercoreServer server = PercoreServer.startByFile(folder);
        OpenLoop _ = OpenLoop.start(server, "/verdict", PACE)) {
      Await.until("the old ones' figures are known", () -> answers(server) > 100);
      List<Long> before = pids(server);
      PluginJar.writeVerdict(folder, 500);
      server.signal("HUP");
      Await.until("a canary serves", () -> !pids(server).equals(before));
      PluginJar.writeVerdict(folder, 200);

      Await.until("it is rolled back", () -> server.reloadState().equals("rolled_back"));

      assertThat(server.status().at("/reload/message").asString())
          .matches("\\d+ of \\d+ requests failed, before it were 0 of \\d+");
      List<WorkerInfo> after = server.awaitSettled(1);
      assertThat(after.get(1).pid()).isEqualTo(before.get(1));
      assertThat(server.get("/verdict").status()).isEqualTo(200);
    }
  }

  /// Reloads that change nothing, or what no test minds, of one server.
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class OfOneServer {
    private Path serverFolder = Path.of("");
    private PercoreServer server;
    private List<Long> before = List.of();

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
      serverFolder = temporary;
      ConfigFile.write(serverFolder);
      server = PercoreServer.startByFile(serverFolder);
      before = pids(server);
    }

    @AfterEach
    void restore() throws IOException {
      ConfigFile.write(serverFolder);
      Files.deleteIfExists(serverFolder.resolve("plugins/letter.jar"));
    }

    @AfterAll
    void stop() throws Exception {
      server.close();
    }

    @Test
    void aWrongFileIsRefusedAndToldPreciselyAndNothingChanges() throws Exception {
      ConfigFile.writeText(
          serverFolder, "run_dir: " + server.runFolder() + "\nlisten:\n  port: 80800\n");
      String problem =
          ConfigFile.in(serverFolder)
              + ":3: listen.port: found \"80800\", allowed: a whole number from 0 to 65535";

      Distribution.Outcome reload = server.command("-s", "reload");

      assertThat(reload.exitCode()).as(reload.out()).isEqualTo(2);
      assertThat(reload.err()).contains("nothing was changed").contains(problem);
      assertNothingChanged("invalid");
      assertThat(server.status().at("/reload/problems/0").asString()).isEqualTo(problem);
    }

    @Test
    void workersThatCannotStartAreRolledBack() throws Exception {
      ConfigFile.write(serverFolder, "worker.jvm_options=[\"-XX:+NoSuchFlag\"]");
      Distribution.Outcome reload = server.command("-s", "reload");
      assertThat(reload.exitCode()).as(reload.out()).isEqualTo(1);
      assertThat(reload.err())
          .contains("reload rolled back: a worker of the new configuration ended: exit code 1");
      assertNothingChanged("rolled_back");
    }

    @Test
    void aBrokenPluginIsRolledBack() throws Exception {
      Files.createDirectories(serverFolder.resolve("plugins"));
      Files.writeString(serverFolder.resolve("plugins/letter.jar"), "Dear jar");
      Distribution.Outcome reload = server.command("-s", "reload");
      assertThat(reload.exitCode()).as(reload.out()).isEqualTo(1);
      assertThat(reload.err()).contains("reload rolled back");
      assertNothingChanged("rolled_back");
    }

    @Test
    void anAddressThatIsTakenChangesNothing() throws Exception {
      try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        ConfigFile.write(serverFolder, "listen.extra=[\"127.0.0.1:" + taken.getLocalPort() + "\"]");
        Distribution.Outcome reload = server.command("-s", "reload");
        assertThat(reload.exitCode()).as(reload.out()).isEqualTo(1);
        assertThat(reload.err()).contains("127.0.0.1:" + taken.getLocalPort());
        assertNothingChanged("failed");
      }
    }

    @Test
    void aCanaryWhoseGoldenAnswerIsWrongIsRolledBack() throws Exception {
      ConfigFile.write(
          serverFolder, "reload.strategy=canary", "reload.golden=[/calc?n=1, /there/is/none]");
      Distribution.Outcome reload = server.command("-s", "reload");
      assertThat(reload.exitCode()).as(reload.out()).isEqualTo(1);
      assertThat(reload.err()).contains("reload rolled back").contains("/there/is/none", "404");
      assertNothingChanged("rolled_back");
    }

    @Test
    void aCanaryThatAnswersWellIsFollowedByTheOthers() throws Exception {
      ConfigFile.write(
          serverFolder,
          "reload.strategy=canary",
          "reload.golden=[/calc/count?n=1000]",
          "reload.observe=50ms");
      reload(server);
      server.output().awaitLine("has answered the golden requests");
      assertThat(server.status().at("/reload/strategy").asString()).isEqualTo("canary");
      before = pids(server);
    }

    @Test
    void aSettingThatARunningServerKeepsIsTold() throws Exception {
      ConfigFile.write(
          serverFolder, "bundles.dir=" + serverFolder.resolve("elsewhere"), "umask=\"022\"");
      Distribution.Outcome reload = server.command("-s", "reload");
      assertThat(reload.exitCode()).as(reload.err()).isZero();
      assertThat(reload.out()).contains("keeps its value until a restart or an upgrade: ", "umask");
      JsonNode kept = server.status().at("/reload/kept");
      assertThat(kept.valueStream().map(JsonNode::asString)).contains("umask");
      before = pids(server);
    }

    private void assertNothingChanged(String state) throws Exception {
      assertThat(server.reloadState()).isEqualTo(state);
      assertThat(pids(server)).isEqualTo(before);
      assertThat(server.workers()).allMatch(WorkerInfo::isReady);
      Await.until("alone", () -> server.workers().stream().allMatch(WorkerInfo::isSettled));
      assertThat(server.get("/calc?n=1").status()).isEqualTo(200);
    }
  }

  private static void reload(PercoreServer server, int generation) throws Exception {
    reload(server);
    server.awaitSettled(generation);
  }

  private static void reload(PercoreServer server) throws Exception {
    Distribution.Outcome reload = server.command("-s", "reload");
    assertThat(reload.exitCode()).as(reload.err()).isZero();
  }

  private static long others(PercoreServer server, String state) throws IOException {
    return server.workers().stream()
        .flatMap(worker -> worker.others().stream())
        .filter(other -> other.state().equals(state))
        .count();
  }

  private static double answers(PercoreServer server) throws Exception {
    return server
        .getAdmin("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("percore_http_requests_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static List<Long> pids(PercoreServer server) throws IOException {
    return server.workers().stream().map(WorkerInfo::pid).toList();
  }

  private static List<Long> pids(PercoreServer server, List<RawConnection> connections)
      throws IOException {
    List<Long> pids = new ArrayList<>();
    for (RawConnection connection : connections) {
      pids.add(server.holderOf(connection));
    }
    return pids;
  }

  private static void assertNothingLost(OpenLoop newcomers, KeepAliveClients regulars)
      throws Exception {
    assertAllAnswered(newcomers);
    assertThat(regulars.answered()).isGreaterThan(100);
    assertThat(regulars.finish()).isEmpty();
  }

  private static void assertAllAnswered(OpenLoop newcomers) throws Exception {
    List<OpenLoop.Visit> visits = newcomers.finish();
    assertThat(visits).hasSizeGreaterThan(100);
    assertThat(visits).filteredOn(visit -> !visit.isAnswered()).isEmpty();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
