package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UsersTest {

  @Test
  void findsAUserWithItsPrimaryGroup() throws IOException {
    assertThat(Users.user("root")).contains(new Users.User("root", 0, 0));
    assertThat(Users.group("root")).hasValue(0);
  }

  @Test
  void tellsWhoIsNotThere() throws IOException {
    assertThat(Users.user("no-such-user-here")).isEmpty();
    assertThat(Users.group("no-such-group-here")).isEmpty();
  }

  @Test
  void knowsWhoRunsThisProcess() throws IOException {
    assertThat(Users.effectiveUid())
        .isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    assertThat(Users.effectiveGid())
        .isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
  }
}
