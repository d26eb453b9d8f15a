package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.master.host.Privileges;
import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleFolderTest {
  @TempDir private Path temporary;
  private Path root = Path.of("");

  @BeforeEach
  void place() {
    root = temporary.resolve("bundles");
  }

  @Test
  void theOldestGiveWayWhenThereAreTooMany() throws IOException {
    BundleFolder folder = folder(2, 1000);
    for (int i = 1; i <= 4; i++) {
      keep(folder, i, 1);
    }
    assertThat(names()).containsExactly(name(3), name(4));
  }

  @Test
  void theOldestGiveWayWhenTheyAreTooLarge() throws IOException {
    BundleFolder folder = folder(10, 1000);
    keep(folder, 1, 500);
    keep(folder, 2, 400);
    keep(folder, 3, 100);
    assertThat(names()).containsExactly(name(1), name(2), name(3));
    keep(folder, 4, 600);
    assertThat(names()).containsExactly(name(3), name(4));
  }

  @Test
  void whatIsTooLargeByItselfIsLeftOut() throws IOException {
    BundleFolder folder = folder(10, 1000);
    Path living = folder.open(0);
    Files.write(living.resolve("heap.hprof.gz"), new byte[2000]);
    Files.write(living.resolve("log.txt"), new byte[10]);
    assertThat(folder.trim(living)).containsExactly("heap.hprof.gz");
    assertThat(FileTree.files(living)).containsExactly(living.resolve("log.txt"));
  }

  @Test
  void onlyBundlesAreRemoved() throws IOException {
    Files.createDirectories(root.resolve("mine"));
    Files.writeString(root.resolve("mine/file"), "x".repeat(5000));
    Files.writeString(root.resolve("notes.txt"), "x");
    BundleFolder folder = folder(1, 1000);
    keep(folder, 1, 10);
    keep(folder, 2, 10);
    folder.close();
    assertThat(names()).containsExactly(name(2), "mine", "notes.txt");
  }

  @Test
  void otherLimitsHoldFromTheNextBundleOn() throws IOException {
    BundleFolder folder = folder(10, 1000);
    keep(folder, 1, 1);
    keep(folder, 2, 1);
    folder.limit(new ServerConfig.Bundles(root, 1, 1000, true, false));
    keep(folder, 3, 1);
    assertThat(names()).containsExactly(name(3));
  }

  @Test
  void whatAKilledMasterLeftIsSweptAndWhatALivingOneHasIsNot() throws IOException {
    Path dead = root.resolve(".living-999999999/0-1");
    Path living = root.resolve(".living-" + ProcessHandle.current().pid() + "/0-1");
    Files.createDirectories(dead);
    Files.createDirectories(living);
    Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere/folder"));
    Files.createSymbolicLink(dead.resolve("link"), elsewhere.resolveSibling(""));
    folder(1, 1).sweep();
    assertThat(dead.getParent()).doesNotExist();
    assertThat(elsewhere).exists();
    assertThat(living).exists();
  }

  @Test
  void isItsOwnersAloneAndLeavesNothingBehind() throws IOException {
    BundleFolder folder = folder(1, 1000);
    Path first = folder.open(0);
    Path second = folder.open(0);
    assertThat(first).isNotEqualTo(second).isEmptyDirectory();
    for (Path each : List.of(root, first)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rwx------");
    }
    folder.close();
    assertThat(root).doesNotExist();
  }

  @Test
  void aJvmOfTheSameUserWritesIntoTheFolderOfItsWorker() throws IOException {
    try (BundleFolder folder = folder(1, 1000)) {
      Path living = folder.open(0);
      assertThat(folder.openForJvm(living)).contains(living);
    }
  }

  /// What only root can do.
  @Nested
  final class WithWorkersOfAnotherUser {
    private final Privileges privileges;

    WithWorkersOfAnotherUser() throws IOException {
      assumeTrue(Users.effectiveUid() == 0, "needs root");
      assumeTrue(Users.user("nobody").isPresent(), "needs the user nobody");
      privileges =
          Privileges.of(new ServerConfig.Privileges("nobody", null, 0027), System.getenv());
    }

    @Test
    void aJvmHasAFolderOfItsOwnToWhichItsUserMayPass() throws IOException {
      Files.createDirectory(root, PosixFilePermissions.asFileAttribute(rights("rwx------")));
      BundleFolder folder = folder(1, 1000, privileges.ownership());
      Path living = folder.open(0);
      Path ofJvm = folder.openForJvm(living).orElseThrow();
      assertThat(owner(ofJvm)).isEqualTo("nobody rwx------");
      assertThat(owner(living)).isEqualTo("root rwx------");
      assertThat(owner(living.resolveSibling(""))).isEqualTo("root rwx--x--x");
      assertThat(owner(root)).isEqualTo("root rwx--x--x");
      assertThat(ofJvm).isEqualTo(living.resolveSibling(living.getFileName() + "-jvm"));
      folder.close();
      assertThat(root).doesNotExist();
    }

    @Test
    void aJvmThatCannotComeToItsFolderHasNone() throws IOException {
      Files.setPosixFilePermissions(temporary, rights("rwx------"));
      try (BundleFolder folder = folder(1, 1000, privileges.ownership())) {
        folder.rehearse(privileges);
        assertThat(folder.openForJvm(folder.open(0))).isEmpty();
        Files.setPosixFilePermissions(temporary, rights("rwx--x--x"));
        folder.rehearse(privileges);
        assertThat(folder.openForJvm(folder.open(0))).isPresent();
      }
    }

    @Test
    void whereOthersMayWriteNoJvmHasAFolder() throws IOException {
      Files.createDirectory(root);
      Files.setPosixFilePermissions(root, rights("rwxrwxrwx"));
      try (BundleFolder folder = folder(1, 1000, privileges.ownership())) {
        folder.rehearse(privileges);
        assertThat(folder.openForJvm(folder.open(0))).isEmpty();
      }
    }

    private static Set<PosixFilePermission> rights(String text) {
      return PosixFilePermissions.fromString(text);
    }

    private static String owner(Path path) throws IOException {
      return Files.getOwner(path).getName()
          + " "
          + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
  }

  private BundleFolder folder(int count, long sizeBytes) {
    return folder(count, sizeBytes, Ownership.unchanged());
  }

  private BundleFolder folder(int count, long sizeBytes, Ownership ownership) {
    return new BundleFolder(
        new ServerConfig.Bundles(root, count, sizeBytes, true, false), ownership);
  }

  private static void keep(BundleFolder folder, int second, int bytes) throws IOException {
    Path living = folder.open(0);
    Files.write(living.resolve("log.txt"), new byte[bytes]);
    folder.keep(living, name(second));
  }

  private static String name(int second) {
    return "20260102T03040%d.000Z-slot0-pid7-heap_exhausted".formatted(second);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> content = Files.list(root)) {
      return content
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }
}
