package dev.percore.master.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ConfigSources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RelaunchTest {
  private static final ConfigSources SOURCES =
      new ConfigSources(
          Path.of("/etc/percore.yaml"), Map.of(), List.of("workers=2"), Path.of("/opt/percore"));

  @Test
  void startsTheNewMasterAsThisOneWas() {
    var relaunch = new Relaunch(Path.of("/bin/percore"), SOURCES, false);
    assertThat(relaunch.command(Path.of("/run/upgrade.sock")))
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
    var relaunch = new Relaunch(Path.of("/bin/percore"), SOURCES, true);
    assertThat(relaunch.command(Path.of("/run/upgrade.sock"))).contains("--until-stdin-ends");
    assertThat(relaunch.standardInput()).isEqualTo(ProcessBuilder.Redirect.INHERIT);
  }
}
