package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PossessionTest {
  private static final int NOBODY = 65534;

  @TempDir private Path temporary;
  private Path from = Path.of("");
  private Path to = Path.of("");

  /// A file of somebody who is not concerned, which must stay as it is.
  private Path secret = Path.of("");

  @BeforeEach
  void place() throws IOException {
    from = Files.createDirectory(temporary.resolve("from"));
    to = Files.createDirectory(temporary.resolve("to"));
    secret = Files.writeString(temporary.resolve("secret"), "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r-x"));
  }

  @Test
  void whatAJvmWritesArrivesAndIsTheMastersAlone() throws IOException {
    Files.writeString(from.resolve("hs_err.log"), "errors");
    Files.writeString(from.resolve("heap.hprof.gz"), "heap");
    Files.writeString(from.resolve("other"), "other");
    chunk("1/a.jfr");

    take();

    assertThat(FileTree.files(to))
        .containsExactlyInAnyOrder(
            to.resolve("hs_err.log"), to.resolve("heap.hprof.gz"), to.resolve("jfr/a.jfr"));
    assertThat(to.resolve("hs_err.log")).hasContent("errors");
    assertThat(to.resolve("jfr/a.jfr")).hasContent("1/a.jfr");
    for (Path file : FileTree.files(to)) {
      assertThat(rights(file)).isEqualTo("rw-------");
    }
    assertThat(rights(to.resolve("jfr"))).isEqualTo("rwx------");
  }

  @Test
  void whatIsNotThereIsNotMissed() throws IOException {
    take();
    assertThat(to).isEmptyDirectory();
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Files.createSymbolicLink(from.resolve("hs_err.log"), secret);
    makePipe(from.resolve("heap.hprof.gz"));
    Files.createSymbolicLink(from.resolve("jfr"), temporary);
    take();
    assertThat(to).isEmptyDirectory();
    assertSecretIsAsItWas();
  }

  @Test
  void ofARecordingOnlyPlainFilesArrive() throws Exception {
    chunk("1/a.jfr");
    chunk("1/deeper/b.jfr");
    chunk("c.jfr");
    Files.createSymbolicLink(from.resolve("jfr/2"), temporary);
    Files.createSymbolicLink(from.resolve("jfr/1/d.jfr"), secret);
    makePipe(from.resolve("jfr/1/e.jfr"));
    makePipe(from.resolve("jfr/f"));
    take();
    assertThat(to.resolve("jfr")).isDirectoryContaining("glob:**/a.jfr");
    assertThat(FileTree.files(to)).containsExactly(to.resolve("jfr/a.jfr"));
    assertSecretIsAsItWas();
  }

  @Test
  void aFileWithAnotherNameIsLeftOut() throws IOException {
    Files.createDirectories(from.resolve("jfr/1"));
    Files.createLink(from.resolve("jfr/1/a.jfr"), secret);
    Files.createLink(from.resolve("heap.hprof.gz"), secret);
    take();
    assertThat(FileTree.files(to)).isEmpty();
    assertSecretIsAsItWas();
  }

  @Test
  void aFolderInTheNameOfAFileIsLeftOut() throws IOException {
    Files.createDirectories(from.resolve("hs_err.log/1"));
    Files.createFile(from.resolve("jfr"));
    take();
    assertThat(to).isEmptyDirectory();
  }

  @Test
  void aNameNeedNotBeText() throws Exception {
    chunk("1/a.jfr");
    run("sh", "-c", "cd \"$1\" && : > $(printf '\\377')", "sh", from.resolve("jfr/1").toString());
    take();
    assertThat(FileTree.files(to)).hasSize(2);
  }

  @Test
  void moreChunksThanARecorderMakesAreLeftOut() throws IOException {
    for (int i = 0; i < 150; i++) {
      chunk("1/" + i + ".jfr");
    }
    take();
    assertThat(FileTree.files(to)).hasSizeBetween(50, 100);
  }

  @Test
  void deletesNothingBehindALink() throws IOException {
    Files.createSymbolicLink(from.resolve("file"), secret);
    Files.createDirectory(from.resolve("folder"));
    Files.createSymbolicLink(from.resolve("folder/folder"), to);
    Files.createFile(to.resolve("kept"));
    Possession.delete(from);
    Possession.delete(from);
    assertThat(to.resolve("kept")).exists();
    assertSecretIsAsItWas();
  }

  @Test
  void deletesFoldersThatAreNestedDeeperThanAPathIsLong() throws IOException {
    String name = "n".repeat(200);
    Path chain = Files.createDirectories(from.resolve(name).resolve(name).resolve(name));
    for (int i = 0; i < 10; i++) {
      Path longer = Files.createDirectories(temporary.resolve("x/" + name + "/" + name));
      Files.move(from.resolve(name), longer.resolve(name));
      Files.move(temporary.resolve("x/" + name), from.resolve(name));
    }
    assertThat(chain).exists();
    Possession.delete(from);
    assertThat(temporary).isDirectoryNotContaining("glob:**/{from,deleted-*}");
  }

  @Test
  void whatBelongsToTheWorkersUserBelongsToTheMasterThen() throws IOException {
    assumeTrue(Users.effectiveUid() == 0, "needs root");
    Files.writeString(from.resolve("hs_err.log"), "errors");
    chunk("1/a.jfr");
    Files.setPosixFilePermissions(
        from.resolve("hs_err.log"), PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String path : List.of("hs_err.log", "jfr/1/a.jfr", "jfr/1", "jfr", "")) {
      Files.setAttribute(from.resolve(path), "unix:uid", NOBODY);
      Files.setAttribute(from.resolve(path), "unix:gid", NOBODY);
    }

    take();

    for (String path : List.of("hs_err.log", "jfr", "jfr/a.jfr")) {
      assertThat(Files.readAttributes(to.resolve(path), "unix:uid,gid"))
          .containsEntry("uid", 0)
          .containsEntry("gid", 0);
    }
  }

  /// Takes, and deletes what is left, of which nothing may stay.
  private void take() throws IOException {
    Possession.take(from, to);
    Possession.delete(from);
    assertThat(from).doesNotExist();
    assertThat(temporary).isDirectoryNotContaining("glob:**/deleted-*");
  }

  private void chunk(String path) throws IOException {
    Path file = from.resolve("jfr").resolve(path);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, path);
  }

  private static void makePipe(Path path) throws Exception {
    run("mkfifo", path.toString());
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  private void assertSecretIsAsItWas() throws IOException {
    assertThat(secret).hasContent("secret");
    assertThat(rights(secret)).isEqualTo("rw-r--r-x");
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }
}
