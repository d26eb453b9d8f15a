package dev.percore.master.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.host.Ownership;
import dev.percore.protocol.shared.PoisonLease;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.protocol.shared.RunningCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedPoisonTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path run;
  @TempDir private Path elsewhere;

  private SharedPoison open() throws IOException {
    return new SharedPoison(run, Ownership.unchanged());
  }

  @Test
  void eachWorkerHasARowThatItsMasterReads() throws Exception {
    try (SharedPoison shared = open()) {
      PoisonLease one = shared.lease().orElseThrow();
      PoisonLease other = shared.lease().orElseThrow();
      assertThat(other.row()).isNotEqualTo(one.row());
      shared.began(11, one);
      shared.began(12, other);
      PoisonTable.open(one.file()).row(one.row()).begin("f", 7, 1, false);

      assertThat(shared.running(11)).hasValue(new RunningCall("f", 7, 1, false));
      assertThat(shared.running(12)).isEmpty();
      assertThat(shared.running(13)).isEmpty();
      shared.ended(11);
      shared.ended(13);
      assertThat(shared.running(11)).isEmpty();
      assertThat(shared.lease()).hasValue(one);
      assertThat(shared.table().running(one.row())).isEmpty();
    }
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void whenAllRowsAreTakenThereIsNoMore() throws Exception {
    try (SharedPoison shared = open()) {
      List<PoisonLease> leases = new ArrayList<>();
      for (var lease = shared.lease(); lease.isPresent(); lease = shared.lease()) {
        leases.add(lease.get());
      }
      assertThat(leases).hasSize(shared.table().rows()).doesNotHaveDuplicates();
      shared.release(leases.get(3));
      assertThat(shared.lease()).isEqualTo(Optional.of(leases.get(3)));
    }
  }

  @Test
  void whatAKilledMasterKnewIsTakenOverAndItsFileRemoved() throws Exception {
    Path left = elsewhere.resolve("left");
    mark(PoisonTable.create(left, 1), 7);
    Files.createSymbolicLink(run.resolve("poison-999999999-1"), left);
    Files.createSymbolicLink(run.resolve("poison-999999998-1"), elsewhere.resolve("gone"));

    try (SharedPoison shared = open()) {
      assertThat(shared.table().find(7)).isPresent();
      assertThat(shared.table().hasMarked()).isTrue();
    }
    assertThat(left).doesNotExist();
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void whatALivingMasterLearnsMeanwhileIsTakenOverToo() throws Exception {
    Path file = elsewhere.resolve("living");
    PoisonTable old = PoisonTable.create(file, 1);
    mark(old, 7);
    long living = ProcessHandle.current().parent().orElseThrow().pid();
    Files.createSymbolicLink(run.resolve("poison-" + living + "-1"), file);

    try (SharedPoison shared = open()) {
      assertThat(shared.table().find(7)).isPresent();
      mark(old, 8);
      assertThat(shared.table().find(8)).isEmpty();
      shared.inherit();
      assertThat(shared.table().find(8)).isPresent();
    }
    assertThat(file).as("the other one's own").exists();
  }

  private static void mark(PoisonTable table, long fingerprint) {
    long now = System.nanoTime();
    var _ = table.died(new RunningCall("f", fingerprint, now, false), now, 1, HOUR, HOUR);
  }
}
