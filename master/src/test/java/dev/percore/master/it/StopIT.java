package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server is stopped while it works.
final class StopIT {
  private static final String LONG_CALL = "/calc?n=100000000000";

  @TempDir private Path folder;

  @BeforeEach
  void addTheGate() throws IOException {
    PluginJar.writeGate(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aRequestInFlightIsFinishedBeforeTheEnd(String signal) throws Exception {
    try (PercoreServer server = start("shutdown.fast=30s");
        RawConnection inFlight = enterGate(server)) {
      server.signal(signal);
      awaitRefusal(server);
      openGate();

      RawAnswer answer = inFlight.receive();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(inFlight.awaitEnd()).isZero();
      inFlight.hangUp();
      assertThat(server.awaitExitCode()).isZero();
    }
  }

  @Test
  void aComputationInFlightIsFinishedBeforeTheEnd() throws Exception {
    try (PercoreServer server = start("shutdown.fast=30s");
        RawConnection inFlight = server.connectTo(0)) {
      inFlight.sendGet("/calc?n=1000000000");
      server.awaitWorker(0, "computes", worker -> worker.running() == 1);

      server.signal("TERM");

      assertThat(inFlight.receive().json().get("result").asInt()).isEqualTo(1_000_000_000);
      inFlight.hangUp();
      assertThat(server.awaitExitCode()).isZero();
    }
  }

  @Test
  void idleConnectionsAreClosedAtOnce() throws Exception {
    try (PercoreServer server = start("shutdown.fast=30s");
        RawConnection inFlight = enterGate(server);
        RawConnection idle = server.connect()) {
      assertThat(idle.get("/healthz").status()).isEqualTo(200);

      server.signal("TERM");

      assertThat(idle.awaitEnd()).isZero();
      openGate();
      assertThat(inFlight.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void aRequestThatTakesTooLongIsCutAndTheServerEndsInTime() throws Exception {
    try (PercoreServer server = start("shutdown.fast=300ms");
        RawConnection computing = server.connect().sendGet(LONG_CALL);
        RawConnection blocking = enterGate(server)) {
      Await.until(
          "a call computes", () -> server.workers().stream().anyMatch(w -> w.running() > 0));
      long startedNanos = System.nanoTime();

      server.signal("TERM");

      assertThat(server.awaitExitCode()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
          .isLessThan(Duration.ofSeconds(5));
      server.output().awaitLine("WARN .*cut");
      assertThat(computing.awaitEnd() + blocking.awaitEnd()).isNotNegative();
    }
  }

  @Test
  void gracefulGivesRequestsMoreTimeThanFast() throws Exception {
    try (PercoreServer server = start("shutdown.fast=0ms", "shutdown.graceful=60s");
        RawConnection inFlight = enterGate(server)) {
      server.signal("QUIT");
      server.output().awaitLine("stopping \\(graceful\\)");
      awaitRefusal(server);
      openGate();

      assertThat(inFlight.receive().status()).isEqualTo(200);
      inFlight.hangUp();
      assertThat(server.awaitExitCode()).isZero();
    }
  }

  @Test
  void theCommandStopsGracefullyAndWaitsForTheEnd() throws Exception {
    try (PercoreServer server = start("shutdown.fast=0ms", "shutdown.graceful=60s");
        RawConnection inFlight = enterGate(server)) {
      var finish = new FutureTask<>(() -> openGateWhenStopping(server, inFlight));
      Thread.ofVirtual().start(finish);

      Distribution.Outcome stop = server.command("stop", "--graceful");

      assertThat(finish.get().status()).isEqualTo(200);
      assertThat(stop.exitCode()).as(stop.err()).isZero();
      assertThat(stop.out())
          .isEqualTo("percore: the master, pid %d, has stopped".formatted(server.masterPid()));
      assertThat(server.awaitExitCode()).isZero();
    }
  }

  @Test
  void aFastStopCutsAGracefulOneShort() throws Exception {
    try (PercoreServer server = start("shutdown.fast=0ms", "shutdown.graceful=1h");
        RawConnection inFlight = enterGate(server)) {
      server.signal("QUIT");
      server.output().awaitLine("stopping \\(graceful\\)");
      server.signal("TERM");

      assertThat(server.awaitExitCode()).isZero();
      assertThat(inFlight.awaitEnd()).isNotNegative();
    }
  }

  @Test
  void aStoppedWorkerProcessDoesNotHoldUpTheEnd() throws Exception {
    try (PercoreServer server = start("shutdown.fast=100ms")) {
      OsProcesses.stop(server.worker(0).pid());
      server.signal("TERM");
      assertThat(server.awaitExitCode()).isZero();
      server.output().awaitLine("killing worker 0 .*did not drain in time");
    }
  }

  private PercoreServer start(String... shutdown) throws Exception {
    List<String> settings = new ArrayList<>(List.of(shutdown));
    settings.add("workers=1");
    return PercoreServer.start(folder, settings.toArray(String[]::new));
  }

  /// A request that is in flight until the gate opens.
  private RawConnection enterGate(PercoreServer server) throws Exception {
    RawConnection connection = server.connect().sendGet("/gate?file=" + gate());
    Await.until(
        "a request in flight", () -> server.workers().stream().anyMatch(w -> w.inFlight() > 0));
    return connection;
  }

  private void openGate() throws IOException {
    Files.createFile(gate());
  }

  private RawAnswer openGateWhenStopping(PercoreServer server, RawConnection inFlight)
      throws Exception {
    server.output().awaitLine("stopping \\(graceful\\)");
    openGate();
    try (inFlight) {
      return inFlight.receive();
    }
  }

  private Path gate() {
    return folder.resolve("gate");
  }

  private static void awaitRefusal(PercoreServer server) throws Exception {
    Await.until("new connections are refused", () -> isRefused(server));
    assertThatThrownBy(() -> server.get("/healthz")).isInstanceOf(IOException.class);
  }

  private static boolean isRefused(PercoreServer server) throws IOException {
    try (RawConnection _ = server.connect()) {
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (SocketException reset) {
      return false; // the kernel had taken it just before the last socket closed
    }
  }
}
