package dev.percore.master.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ConfigSources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RelaunchTest {
  private static final ConfigSources SOURCES =
      new ConfigSources(
          Path.of("/etc/percore.yaml"), Map.of(), List.of("workers=2"), Path.of("/opt/percore"));

  @Test
  void startsTheNewMasterAsThisOneWas() {
    var relaunch = new Relaunch(Path.of("/bin/percore"), SOURCES, false, OptionalInt.empty());
    assertThat(relaunch.command(Path.of("/run/upgrade.sock"), 19))
        .containsExactly(
            "/bin/percore",
            "run",
            "-c",
            "/etc/percore.yaml",
            "--set",
            "workers=2",
            "--succeed",
            "/run/upgrade.sock");
    assertThat(relaunch.standardInput().file()).isEqualTo(Path.of("/dev/null").toFile());
  }

  @Test
  void oneThatEndsWithItsInputSharesIt() {
    var relaunch = new Relaunch(Path.of("/bin/percore"), SOURCES, true, OptionalInt.empty());
    assertThat(relaunch.command(Path.of("/run/upgrade.sock"), 19)).contains("--until-stdin-ends");
    assertThat(relaunch.standardInput()).isEqualTo(ProcessBuilder.Redirect.INHERIT);
  }

  @Test
  void oneThatMayGoBackYieldsWhileItStarts() {
    var relaunch = new Relaunch(Path.of("/bin/percore"), SOURCES, false, OptionalInt.of(2));
    assertThat(relaunch.command(Path.of("/run/upgrade.sock"), 7))
        .startsWith("nice", "-n", "7", "/bin/percore", "run");
    assertThat(relaunch.niceWhenServing(7)).hasValue(2);
    assertThat(relaunch.command(Path.of("/run/upgrade.sock"), 0)).startsWith("/bin/percore");
    assertThat(relaunch.niceWhenServing(0)).isEmpty();
  }
}
