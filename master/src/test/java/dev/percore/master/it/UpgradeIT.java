package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server is replaced by another build while it works. It is started through a symbolic link,
/// which leads to the other build by the time of the upgrade.
final class UpgradeIT {
  private static final String OLD = "0.1.0-old";
  private static final String NEW = "0.2.0-new";

  @TempDir private Path folder;
  private Build old = new Build(Path.of(""));

  @BeforeEach
  void install() throws IOException {
    old = Build.copy(folder.resolve("old"), OLD);
    link(old);
  }

  @Test
  void noRequestIsLostAndIdleConnectionsGoOn() throws Exception {
    ConfigFile.write(folder, "compute.queue=10000");
    List<RawConnection> idle = new ArrayList<>();
    try (PercoreServer server = start();
        OpenLoop newcomers = OpenLoop.start(server, "/calc?n=1000", Duration.ofMillis(5));
        KeepAliveClients regulars = KeepAliveClients.start(server, 4, Duration.ofMillis(3))) {
      for (int i = 0; i < 20; i++) {
        idle.add(server.connect());
      }
      List<Long> before = pids(server, idle);
      long oldMaster = server.masterPid();
      assertThat(server.status().path("version").asString()).isEqualTo(OLD);
      link(Build.copy(folder.resolve("new"), NEW));

      Distribution.Outcome upgrade = server.command("-s", "upgrade");

      assertThat(upgrade.exitCode()).as(upgrade.err() + server.output().tail()).isZero();
      server.followSuccessor();
      assertThat(upgrade.out())
          .isEqualTo("percore: upgraded, the master is pid %d now".formatted(server.masterPid()));
      assertTakenOver(server, NEW);
      assertThat(server.awaitExitCode()).as("exit code of pid %d", oldMaster).isZero();
      List<Long> after = pids(server, idle);
      assertThat(after).doesNotContainAnyElementsOf(before);
      assertThat(after).hasSameElementsAs(server.livingWorkers());
      assertOwnFilesAlone(server);

      link(old);
      long newMaster = server.masterPid();
      server.signal("USR2");

      server.followSuccessor();
      OsProcesses.awaitEnd(newMaster, Await.LIMIT);
      assertTakenOver(server, OLD);
      assertThat(pids(server, idle)).hasSameElementsAs(server.livingWorkers());
      assertOwnFilesAlone(server);
      List<OpenLoop.Visit> visits = newcomers.finish();
      assertThat(visits).hasSizeGreaterThan(100);
      assertThat(visits).filteredOn(visit -> !visit.isAnswered()).isEmpty();
      assertThat(regulars.answered()).isGreaterThan(100);
      assertThat(regulars.finish()).isEmpty();
      assertStops(server);
    } finally {
      for (RawConnection connection : idle) {
        connection.close();
      }
    }
  }

  @Test
  void aBuildOrAConfigurationThatCannotStartChangesNothing() throws Exception {
    ConfigFile.write(folder, "workers=1");
    try (PercoreServer server = start()) {
      long worker = server.worker(0).pid();
      List<String> files = server.runFolderContent();
      link(Build.copy(folder.resolve("broken"), NEW).breakJar());

      assertFails(server, server.command("-s", "upgrade"), worker, files);

      link(Build.copy(folder.resolve("new"), NEW));
      ConfigFile.writeText(folder, "run_dir: " + server.runFolder() + "\nlisten:\n  port: 80800\n");

      assertFails(server, server.command("-s", "upgrade"), worker, files);

      PluginJar.writeFragile(folder);
      ConfigFile.write(folder, "workers=1", "worker.jvm_options=[-Dfragile=true]");

      assertFails(server, server.command("-s", "upgrade"), worker, files);

      ConfigFile.write(folder, "workers=1");
      Distribution.Outcome upgrade = server.command("-s", "upgrade");
      assertThat(upgrade.exitCode()).as(upgrade.err() + server.output().tail()).isZero();
      server.followSuccessor();
      assertTakenOver(server, NEW);
      assertThat(server.awaitExitCode()).isZero();
    }
  }

  @Test
  void theOldMasterIsKilledMeanwhileAndTheNewOneServesWhatWaits() throws Exception {
    PluginJar.writeHold(folder);
    ConfigFile.write(folder, "workers=1");
    try (PercoreServer server = start()) {
      Files.createFile(folder.resolve("hold"));
      link(Build.copy(folder.resolve("new"), NEW));
      server.signal("USR2");
      Await.until("a worker of the new master", () -> server.livingWorkers().size() == 2);

      OsProcesses.send("KILL", server.masterPid());

      Await.until("the old worker has ended", () -> server.livingWorkers().size() == 1);
      try (RawConnection waiting = server.connect().sendGet("/calc?n=1")) {
        Files.delete(folder.resolve("hold"));
        assertThat(waiting.receive().pid()).isEqualTo(server.livingWorkers().getFirst());
      }
      server.followSuccessor();
      assertTakenOver(server, NEW);
      assertOwnFilesAlone(server);
      assertStops(server);
      var _ = server.awaitExitCode();
    }
  }

  private PercoreServer start() throws Exception {
    return PercoreServer.startByFile(
        folder, way -> way.command().set(0, folder.resolve("current/bin/percore").toString()));
  }

  /// Leads the link to a build, at once for whoever looks.
  private void link(Build build) throws IOException {
    Path next = Files.createSymbolicLink(folder.resolve("next"), build.home());
    Files.move(next, folder.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void assertTakenOver(PercoreServer server, String version) throws Exception {
    assertThat(server.status().path("version").asString()).isEqualTo(version);
    assertThat(server.status().path("pid").asLong()).isEqualTo(server.masterPid());
    Await.until("all serve", () -> server.workers().stream().allMatch(WorkerInfo::isSettled));
  }

  private static void assertOwnFilesAlone(PercoreServer server) throws IOException {
    assertThat(server.runFolderContent())
        .containsExactlyInAnyOrder(
            "percore.pid",
            "control.sock",
            "board-%d-1".formatted(server.masterPid()),
            "poison-%d-1".formatted(server.masterPid()),
            "workers-%d.sock".formatted(server.masterPid()),
            "descriptors-%d.sock".formatted(server.masterPid()));
  }

  private static void assertStops(PercoreServer server) throws Exception {
    Distribution.Outcome stop = server.command("stop");
    assertThat(stop.exitCode()).as(stop.err()).isZero();
    assertThat(server.runFolderContent()).isEmpty();
    assertThat(server.livingWorkers()).isEmpty();
  }

  private static void assertFails(
      PercoreServer server, Distribution.Outcome upgrade, long worker, List<String> files)
      throws Exception {
    assertThat(upgrade.exitCode()).as(upgrade.out()).isEqualTo(1);
    assertThat(upgrade.err()).contains("upgrade failed: the new master does not serve");
    assertThat(server.status().path("version").asString()).isEqualTo(OLD);
    assertThat(server.get("/calc?n=1").pid()).isEqualTo(worker);
    assertThat(server.livingWorkers()).containsExactly(worker);
    assertThat(server.runFolderContent()).containsExactlyInAnyOrderElementsOf(files);
  }

  private static List<Long> pids(PercoreServer server, List<RawConnection> connections)
      throws IOException {
    List<Long> pids = new ArrayList<>();
    for (RawConnection connection : connections) {
      pids.add(server.holderOf(connection));
    }
    return pids;
  }
}
