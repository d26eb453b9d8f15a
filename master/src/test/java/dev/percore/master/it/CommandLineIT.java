package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The command of the distribution.
final class CommandLineIT {
  @TempDir private Path folder;

  @Test
  void theShippedFileIsValid() throws Exception {
    Distribution.Outcome check = Distribution.run("-t");
    assertThat(check.exitCode()).as(check.err()).isZero();
    assertThat(check.out()).endsWith("percore.yaml is valid");
  }

  @Test
  void aBadFileIsToldWithFileLineKeyFoundAndAllowed() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("bad.yaml"),
            """
            # all at once
            listen:
              port: 80800
            compute:
              tiemout: 1s
            """);
    Distribution.Outcome check = Distribution.run("-t", "-c", file.toString());
    assertThat(check.exitCode()).isEqualTo(2);
    assertThat(check.out()).isEmpty();
    assertThat(check.err().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("percore: " + file))
        .anyMatch(
            line ->
                line.contains("bad.yaml:3: listen.port: found ")
                    && line.contains("80800")
                    && line.contains("allowed: a whole number from 0 to 65535"))
        .anyMatch(
            line ->
                line.contains("bad.yaml:5: compute.tiemout")
                    && line.contains("did you mean compute.timeout?"));
    assertThat(Distribution.run("run", "-c", file.toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void whatIsInForceIsShownWithItsOrigin() throws Exception {
    ProcessBuilder command = Distribution.percore(List.of("-T", "--set", "workers=3"));
    command.environment().put("PERCORE_LISTEN_PORT", "8123");
    Distribution.Outcome shown = Distribution.run(command);
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.out().lines())
        .contains("workers: 3  # --set", "  port: 8123  # PERCORE_LISTEN_PORT")
        .anyMatch(line -> line.matches("  backlog: 1024  # .*percore\\.yaml:\\d+"));
    Path file = Files.writeString(folder.resolve("again.yaml"), shown.out());
    assertThat(Distribution.run("-t", "-c", file.toString()).exitCode()).isZero();
  }

  @Test
  void versionAndHelpAreTold() throws Exception {
    assertThat(Distribution.run("-v").out()).matches("percore \\d+\\.\\d+\\.\\d+\\S*");
    assertThat(Distribution.run("-h").out()).contains("run", "stop", "status", "workers", "-t");
    assertThat(Distribution.run("status", "-h").out()).startsWith("Usage: percore status");
  }

  @Test
  void aWrongCommandLineIsTold() throws Exception {
    Distribution.Outcome wrong = Distribution.run("statsu");
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.err()).contains("statsu").contains("percore status");
  }

  @Test
  void commandsTellThatNothingRuns() throws Exception {
    for (String command : List.of("status", "workers", "stop")) {
      Distribution.Outcome outcome =
          Distribution.run(command, "--set", "run_dir=" + folder.resolve("none"));
      assertThat(outcome.exitCode()).as(command).isEqualTo(3);
      assertThat(outcome.err()).startsWith("percore: the server is not running: ");
    }
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertStartIsRefused(
          folder, "listen.port=" + taken.getLocalPort(), String.valueOf(taken.getLocalPort()));
      assertStartIsRefused(
          folder, "admin.port=" + taken.getLocalPort(), String.valueOf(taken.getLocalPort()));
    }
  }

  private static void assertStartIsRefused(Path folder, String setting, String reason)
      throws Exception {
    try (PercoreServer second = PercoreServer.launch(folder, setting)) {
      assertThat(second.awaitExitCode()).as(second.output().tail()).isEqualTo(69);
      assertThat(second.output().text().lines())
          .filteredOn(line -> line.contains(" ERROR "))
          .singleElement()
          .asString()
          .contains("cannot start: ", reason);
    }
  }

  /// Commands that ask and steer a server that runs.
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class WithAServer {
    private PercoreServer server;
    private Path serverFolder;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
      serverFolder = folder;
      server = PercoreServer.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
      server.close();
    }

    @Test
    void statusTellsThatItRunsAndWhere() throws Exception {
      Distribution.Outcome status = server.command("status");
      assertThat(status.exitCode()).as(status.err()).isZero();
      assertThat(status.out().lines())
          .anyMatch(line -> line.contains("is running, pid " + server.masterPid()))
          .contains("service  127.0.0.1:" + server.service().getPort())
          .contains("workers  2 of 2 ready");
      JsonNode json = Json.parse(server.command("status", "--json").out());
      assertThat(json.get("pid").asLong()).isEqualTo(server.masterPid());
    }

    @Test
    void workersListsEachWorker() throws Exception {
      List<String> lines = server.command("workers").out().lines().toList();
      assertThat(lines).hasSize(3);
      assertThat(lines.getFirst()).startsWith("SLOT");
      for (WorkerInfo worker : server.workers()) {
        assertThat(lines.get(worker.slot() + 1))
            .matches(worker.slot() + " +" + worker.pid() + " +ready .*");
      }
    }

    @Test
    void theAdminPortTellsTheSame() throws Exception {
      JsonNode worker = Json.parse(server.getAdmin("/workers").body()).at("/workers/0");
      assertThat(worker.get("pid").asLong()).isEqualTo(server.worker(0).pid());
      assertThat(worker.get("rss_bytes").asLong()).isPositive();
      assertThat(worker.get("cpu_seconds").asDouble()).isPositive();
      assertThat(server.getAdmin("/healthz").statusCode()).isEqualTo(200);
      assertThat(server.getAdmin("/stop").statusCode()).isEqualTo(405);
    }

    @Test
    void aSecondServerInTheSameRunFolderIsRefused() throws Exception {
      Distribution.Outcome second = Distribution.run(commandLine());
      assertThat(second.exitCode()).isEqualTo(69);
      assertThat(second.out())
          .contains("another master (pid " + server.masterPid() + ") runs in " + runFolder());
      assertThat(server.command("status").exitCode()).isZero();
    }

    @Test
    void aSecondServerOnTheSamePortIsRefused(@TempDir Path other) throws Exception {
      int port = server.service().getPort();
      assertStartIsRefused(other, "listen.port=" + port, "127.0.0.1:" + port);
      assertThat(server.get("/healthz").status()).isEqualTo(200);
    }

    private Path runFolder() {
      return PercoreServer.runFolder(serverFolder);
    }

    private ProcessBuilder commandLine() {
      List<String> arguments = new java.util.ArrayList<>(PercoreServer.options(serverFolder));
      arguments.addFirst("run");
      return Distribution.percore(arguments);
    }
  }

  @Test
  void stopEndsTheServerAndSignalsItLikeNginx() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      assertThat(server.command("-s", "stop").exitCode()).isZero();
      assertThat(server.awaitExitCode()).isZero();
      assertThat(server.command("stop").exitCode()).isEqualTo(3);
    }
  }
}
