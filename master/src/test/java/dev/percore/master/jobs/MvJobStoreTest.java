package dev.percore.master.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MvJobStoreTest extends JobStoreContract {
  @TempDir private Path folder;

  @Override
  JobStore store() {
    return new MvJobStore(folder.resolve("jobs"), _ -> {});
  }

  // The file as it is on the disk at this moment, while the store has it open.
  @Override
  JobStore afterCrash() throws Exception {
    Path crashed = Files.createDirectory(folder.resolve("crashed"));
    Files.copy(folder.resolve("jobs/jobs.mv"), crashed.resolve("jobs.mv"));
    return new MvJobStore(crashed, _ -> {});
  }

  @Test
  void aWriteThatWasCutOffIsNotThere() throws Exception {
    long whole;
    try (JobStore store = store()) {
      done(store.open());
      done(store.add(job("a", 1), bytes("first")));
      whole = Files.size(folder.resolve("jobs/jobs.mv"));
      done(store.add(job("b", 2), new byte[300_000]));
      Path crashed = Files.createDirectory(folder.resolve("torn"));
      byte[] all = Files.readAllBytes(folder.resolve("jobs/jobs.mv"));
      assertThat(all.length).isGreaterThan((int) whole);
      Files.write(
          crashed.resolve("jobs.mv"), java.util.Arrays.copyOf(all, (all.length + (int) whole) / 2));
      try (JobStore next = new MvJobStore(crashed, _ -> {})) {
        assertThat(done(next.open())).containsExactly(job("a", 1));
      }
    }
  }

  @Test
  void aFileThatIsNoStoreIsRefusedWithWhatToDo() throws Exception {
    Files.createDirectories(folder.resolve("jobs"));
    Files.writeString(folder.resolve("jobs/jobs.mv"), "no store at all".repeat(1000));
    try (JobStore store = store()) {
      assertThatThrownBy(() -> done(store.open()))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("jobs.mv cannot be read")
          .hasMessageContaining("move it away");
    }
  }

  @Test
  void theFolderIsForItsOwnerAlone() throws Exception {
    try (JobStore store = store()) {
      done(store.open());
      assertThat(Files.getPosixFilePermissions(folder.resolve("jobs"))).hasSize(3);
    }
  }
}
