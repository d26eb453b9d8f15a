package dev.percore.master.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path temp;

  @Test
  void belongsToItsOwnerAlone() throws IOException {
    try (var folder = RunFolder.take(temp.resolve("a/run"))) {
      assertThat(folder.controlSocket().toString()).startsWith(temp.resolve("a/run").toString());
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("a/run"))))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void writesThePidAndLeavesNothingBehind() throws IOException {
    Path run = temp.resolve("run");
    try (var folder = RunFolder.take(run)) {
      Files.createFile(folder.workersSocket());
      assertThat(run.resolve("percore.pid"))
          .hasContent(Long.toString(ProcessHandle.current().pid()));
    }
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void clearsWhatAKilledMasterLeft() throws IOException {
    Files.writeString(temp.resolve("percore.pid"), "999999999\n");
    Files.createFile(temp.resolve("control.sock"));
    try (var folder = RunFolder.take(temp)) {
      assertThat(folder.controlSocket()).doesNotExist();
      assertThat(temp.resolve("percore.pid"))
          .hasContent(Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void refusesAFolderThatOthersMayEnterAndLeavesItAsItWas() throws IOException {
    Path shared = Files.createDirectory(temp.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> RunFolder.take(shared))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open to others (rwxr-x---)");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void takesTheRightToPassThroughAwayUntilItIsOpened() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx--x--x"));
    try (var folder = RunFolder.take(temp)) {
      assertThat(rights(temp)).isEqualTo("rwx------");
      Files.createFile(folder.controlSocket());
      Files.createFile(folder.workersSocket());
      Files.createFile(folder.descriptorsSocket());
      folder.open();
      assertThat(rights(folder.controlSocket())).isEqualTo("rw-------");
      assertThat(rights(folder.workersSocket())).isEqualTo("rw-------");
      assertThat(rights(temp.resolve("percore.pid"))).isEqualTo("rw-r--r--");
      assertThat(rights(temp)).as("for workers of the same user").isEqualTo("rwx------");
    }
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void refusesAPathTooLongForASocket() {
    Path deep = temp.resolve("d".repeat(100));
    assertThatThrownBy(() -> RunFolder.take(deep))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("run_dir")
        .hasMessageContaining("allowed are 107");
  }
}
