package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What many reloads leave behind: nothing.
final class LeakIT {
  private static final int RELOADS = 20;
  /// A worker's connections to its master.
  private static final int TO_MASTER = 2;

  private static final int RELOADS_BEFORE = 5;

  @TempDir private Path folder;

  /// What a server holds: descriptors of the master and of each worker, and names in its folder.
  private record Holdings(int ofMaster, List<Integer> ofWorkers, List<String> files) {
    static Holdings of(PercoreServer server) throws IOException {
      List<Integer> ofWorkers = new ArrayList<>();
      for (WorkerInfo worker : server.workers()) {
        ofWorkers.add(OsProcesses.descriptors(worker.pid()));
      }
      return new Holdings(
          OsProcesses.descriptors(server.masterPid()),
          ofWorkers,
          server.runFolderContent().stream().sorted().toList());
    }

    boolean areThoseOf(long master) {
      return files.equals(
          List.of(
              "board-" + master + "-1",
              "control.sock",
              "descriptors.sock",
              "limits-" + master + "-1",
              "percore.pid",
              "poison-" + master + "-1",
              "workers.sock"));
    }
  }

  @Test
  void manyReloadsLeaveNothingBehind() throws Exception {
    ConfigFile.write(
        folder,
        "reload.strategy=blue-green",
        "worker.warm_up=300ms", // a rehearsal leaves nothing behind either
        "worker.jvm_options=[\"-XX:TieredStopAtLevel=1\"]",
        "client_limits.connections=1000");
    try (PercoreServer server = PercoreServer.startByFile(folder);
        RawConnection idle = server.connect()) {
      assertThat(idle.get("/calc?n=1").status()).isEqualTo(200);
      reload(server, RELOADS_BEFORE);
      Holdings before = settled(server);

      reload(server, RELOADS - RELOADS_BEFORE);

      Await.until("as before", () -> Holdings.of(server), before::equals);
      assertThat(OsProcesses.zombies(server.masterPid())).isEmpty();
      assertThat(server.livingWorkers()).hasSize(PercoreServer.WORKERS);
      assertThat(idle.get("/calc?n=1").status()).isEqualTo(200);
    }
  }

  // Workers are introduced to each other when they serve already.
  private static Holdings settled(PercoreServer server) throws Exception {
    for (WorkerInfo worker : server.workers()) {
      Await.until(
          "connections of " + worker + " to its master and the others",
          () -> OsProcesses.unixConnections(worker.pid()),
          connections -> connections == TO_MASTER + PercoreServer.WORKERS - 1);
    }
    return Await.until(
        "settled", () -> Holdings.of(server), holdings -> holdings.areThoseOf(server.masterPid()));
  }

  private static void reload(PercoreServer server, int times) throws Exception {
    int generation = server.status().path("generation").asInt();
    for (int i = 1; i <= times; i++) {
      server.signal("HUP");
      server.awaitSettled(generation + i);
    }
  }
}
