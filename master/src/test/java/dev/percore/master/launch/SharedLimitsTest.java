package dev.percore.master.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ConfigLoader;
import dev.percore.config.ConfigSources;
import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.protocol.shared.Holding;
import dev.percore.protocol.shared.LimitTable;
import dev.percore.protocol.shared.TableLease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedLimitsTest {
  @TempDir private Path temp;
  private Path run;
  private Path memory;

  @BeforeEach
  void makeFolders() throws IOException {
    run = Files.createDirectory(temp.resolve("run"));
    memory = Files.createDirectory(temp.resolve("memory"));
  }

  private ServerConfig config(String... settings) throws Exception {
    Path file = temp.resolve("percore.yaml");
    Files.writeString(file, "");
    return ConfigLoader.load(new ConfigSources(file, Map.of(), List.of(settings), temp)).config();
  }

  private ServerConfig table(int size) throws Exception {
    return config("client_limits.concurrent=1", "client_limits.table=" + size);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void withoutLimitsThereIsNoFile() throws Exception {
    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      assertThat(limits.lease(config("client_limits.burst=5"))).isEmpty();
      assertThat(run).isEmptyDirectory();
      assertThat(memory).isEmptyDirectory();
    }
  }

  @Test
  void eachWorkerGetsAColumnOfItsOwnAndANewOneFindsItEmpty() throws Exception {
    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      TableLease first = limits.lease(table(64)).orElseThrow();
      TableLease second = limits.lease(table(64)).orElseThrow();
      assertThat(second.file()).isEqualTo(first.file());
      assertThat(second.column()).isNotEqualTo(first.column());

      LimitTable content = LimitTable.open(first.file());
      int entry = content.hold(first.column(), 7, Holding.REQUEST, System.nanoTime());
      int _ = content.hold(second.column(), 7, Holding.REQUEST, System.nanoTime());
      limits.release(first);
      assertThat(content.held(entry, 7, Holding.REQUEST)).isEqualTo(1);

      assertThat(limits.lease(table(64))).hasValue(first);
    }
  }

  @Test
  void aTableLiesInMemoryAndGoesWithItsMaster() throws Exception {
    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      TableLease lease = limits.lease(table(64)).orElseThrow();
      assertThat(lease.file()).hasParentRaw(run).isSymbolicLink();
      assertThat(files(memory)).containsExactly(Files.readSymbolicLink(lease.file()));
    }
    assertThat(run).isEmptyDirectory();
    assertThat(memory).isEmptyDirectory();
  }

  @Test
  void withoutAFolderInMemoryItLiesInTheRunFolder() throws Exception {
    try (var limits = new SharedLimits(run, temp.resolve("nowhere"), Ownership.unchanged())) {
      TableLease lease = limits.lease(table(64)).orElseThrow();
      assertThat(lease.file()).hasParentRaw(run).isRegularFile();
      assertThat(LimitTable.open(lease.file()).capacity()).isEqualTo(64);
    }
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void aTableOfAnotherSizeIsANewOneAndTheOldOneGoesWithItsLastWorker() throws Exception {
    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      TableLease old = limits.lease(table(64)).orElseThrow();
      TableLease other = limits.lease(table(64)).orElseThrow();
      TableLease young = limits.lease(table(128)).orElseThrow();
      assertThat(young.file()).isNotEqualTo(old.file());
      assertThat(LimitTable.open(young.file()).capacity()).isEqualTo(128);

      limits.release(old);
      assertThat(files(memory)).hasSize(2);
      assertThat(limits.lease(table(64))).as("a roll-back finds what was counted").hasValue(old);
      assertThat(limits.lease(table(128)).orElseThrow().file()).isEqualTo(young.file());
      limits.release(old);
      limits.release(other);

      assertThat(files(run)).containsExactly(young.file());
      assertThat(files(memory)).hasSize(1);
    }
  }

  @Test
  void aTableIsKeptWhileItsOnlyWorkerIsReplacedAndRemovedWhenLimitsEnd() throws Exception {
    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      TableLease lease = limits.lease(table(64)).orElseThrow();
      limits.release(lease);
      assertThat(limits.lease(table(64))).hasValue(lease);

      assertThat(limits.lease(config())).isEmpty();
      assertThat(files(run)).hasSize(1);
      limits.release(lease);
      assertThat(run).isEmptyDirectory();
      assertThat(memory).isEmptyDirectory();
    }
  }

  @Test
  void whenAllColumnsAreTakenAWorkerCountsAlone() throws Exception {
    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      List<TableLease> leases = new ArrayList<>();
      Optional<TableLease> lease = limits.lease(table(64));
      int columns = LimitTable.open(lease.orElseThrow().file()).columns();
      while (lease.isPresent()) {
        leases.add(lease.get());
        lease = limits.lease(table(64));
      }
      assertThat(leases).hasSize(columns).doesNotHaveDuplicates();

      limits.release(leases.get(3));
      assertThat(limits.lease(table(64))).hasValue(leases.get(3));
    }
  }

  @Test
  void clearsWhatAKilledMasterLeftAndLeavesAloneWhatALivingOneUses() throws Exception {
    Path left = Files.createFile(memory.resolve("left"));
    Files.createSymbolicLink(run.resolve("limits-999999999-1"), left);
    long living = ProcessHandle.current().parent().orElseThrow().pid();
    Path used = Files.createFile(memory.resolve("used"));
    Path link = Files.createSymbolicLink(run.resolve("limits-" + living + "-1"), used);

    try (var limits = new SharedLimits(run, memory, Ownership.unchanged())) {
      TableLease lease = limits.lease(table(64)).orElseThrow();
      assertThat(files(run)).containsExactlyInAnyOrder(link, lease.file());
    }
    assertThat(files(memory)).containsExactly(used);
  }
}
