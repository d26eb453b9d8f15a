package dev.percore.master.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import dev.percore.protocol.posix.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivilegesTest {
  @TempDir private Path folder;

  private static Privileges of(@Nullable String user, @Nullable String group) throws IOException {
    return Privileges.of(
        new ServerConfig.Privileges(user, group, 0027),
        Map.of("PATH", "relative:" + System.getenv("PATH")));
  }

  private static boolean isRoot() throws IOException {
    return Users.effectiveUid() == 0;
  }

  @Test
  void changesNothingWithoutAUser() throws IOException {
    assertThat(of(null, null).user()).isEmpty();
    assertThat(of(null, null).launchPrefix()).isEmpty();
    assertThat(of(null, null).ownership().changes()).isFalse();
  }

  @Test
  void changesNothingWhereItIsThatUserAlready() throws IOException {
    assertThat(of(System.getProperty("user.name"), null).user()).isEmpty();
  }

  @Test
  void refusesWhoIsNotThere() {
    assertThatThrownBy(() -> of("no-such-user-here", null))
        .isInstanceOfSatisfying(
            PrivilegeException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.UNAVAILABLE))
        .hasMessage("user: there is no user no-such-user-here here");
    assertThatThrownBy(() -> of("nobody", "no-such-group-here"))
        .hasMessage("user: there is no group no-such-group-here here");
  }

  @Test
  void refusesAnotherUserWhereItIsNotRoot() throws IOException {
    assumeTrue(!isRoot(), "root may");
    assertThatThrownBy(() -> of("root", null))
        .isInstanceOfSatisfying(
            PrivilegeException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.NO_PERMISSION))
        .hasMessageContaining("only root can run workers as root");
  }

  /// What only root can do.
  @Nested
  final class AsRoot {
    private static final WorkerUser NOBODY = new WorkerUser("nobody", 65534, 65534);

    AsRoot() throws IOException {
      assumeTrue(isRoot(), "needs root");
      Optional<Users.User> nobody = Users.user("nobody");
      assumeTrue(nobody.isPresent() && nobody.get().uid() == 65534, "needs the user nobody");
    }

    @Test
    void startsWorkersThroughSetpriv() throws IOException {
      Privileges privileges = of("nobody", "daemon");
      assertThat(privileges.user()).contains(new WorkerUser("nobody", 65534, 1));
      assertThat(privileges.launchPrefix().getFirst()).endsWith("/setpriv");
      assertThat(privileges.launchPrefix())
          .contains("--reuid=65534", "--regid=1", "--no-new-privs", "--bounding-set=-all");
    }

    @Test
    void triesWhatWorkersNeedWithTheirRights() throws IOException {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path open = Files.writeString(folder.resolve("with blank"), "");
      Path secret = Files.writeString(folder.resolve("secret"), "");
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
      Path closed = Files.createDirectory(folder.resolve("closed"));
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr--r--"));

      Rehearsal rehearsal =
          new Rehearsal(of("nobody", null))
              .reads(open)
              .reads(secret)
              .reads(closed)
              .writes(open)
              .reads(folder.resolve("not there"));

      assertThat(rehearsal.failures())
          .containsExactly(secret.toString(), closed.toString(), open.toString());
    }

    @Test
    void makesLogFilesThatWorkersCanAppendToInAFolderThatTheyCannotChange() throws Exception {
      Path log = folder.resolve("a/b/server.log");
      Path link = folder.resolve("link.log");
      Path target = Files.writeString(folder.resolve("target"), "");
      Files.createSymbolicLink(link, target);
      var config = new LogConfig(folder, log, link).config();

      LogFiles.prepare(config, new Ownership(Optional.of(NOBODY)));

      assertThat(uid(log)).isEqualTo(65534);
      Path logs = folder.resolve("a/b");
      assertThat(uid(logs)).isEqualTo(0);
      assertThat(Files.getAttribute(logs, "unix:gid")).isEqualTo(65534);
      assertThat(uid(target)).as("behind a link").isEqualTo(0);
    }

    private static Object uid(Path path) throws IOException {
      return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
  }
}
