package dev.percore.master.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.doctor.Finding.Level;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The checks of ports, folders, users and the like.
final class PlaceChecksTest {
  private static final long PLENTY = 1L << 40;

  @TempDir private Path home;

  @Test
  void findsAPortThatSomebodyElseHas() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      List<PortChecks.Wanted> wanted =
          List.of(
              new PortChecks.Wanted("listen", "0.0.0.0", taken.getLocalPort()),
              new PortChecks.Wanted("admin", "127.0.0.1", 0));

      List<Finding> findings = new PortChecks(wanted, OptionalLong.empty()).findings();

      assertThat(findings).extracting(Finding::level).containsExactly(Level.PROBLEM, Level.OK);
      assertThat(findings.getFirst().found()).contains("port " + taken.getLocalPort(), "in use");
      assertThat(findings.getFirst().command()).contains(":" + taken.getLocalPort());
      assertThat(new PortChecks(wanted, OptionalLong.of(7)).findings())
          .as("its own server has it")
          .extracting(Finding::level)
          .containsOnly(Level.OK);
    }
  }

  @Test
  void looksAtTheRightsOfTheRunFolder() throws Exception {
    var config = Configs.of(home, "run_dir=run");
    Check check = new FolderChecks(config, _ -> PLENTY);
    assertThat(check.findings().getFirst().found()).endsWith("will be made");

    Path run = Files.createDirectory(home.resolve("run"));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    Finding open = check.findings().getFirst();
    assertThat(open.level()).isEqualTo(Level.PROBLEM);
    assertThat(open.command()).isEqualTo("chmod 0700 " + run);

    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx--x--x"));
    assertThat(check.findings().getFirst().level()).isEqualTo(Level.OK);
  }

  @Test
  void warnsBeforeTheDiskIsFull() throws Exception {
    var config = Configs.of(home, "log.file=logs/a.log");
    assertThat(levels(new FolderChecks(config, _ -> PLENTY)))
        .containsExactly(Level.OK, Level.OK, Level.OK, Level.OK, Level.OK);
    assertThat(levels(new FolderChecks(config, _ -> FolderChecks.LITTLE_BYTES - 1)))
        .containsExactly(Level.OK, Level.WARNING, Level.OK, Level.WARNING, Level.WARNING);
    assertThat(levels(new FolderChecks(config, _ -> FolderChecks.TOO_LITTLE_BYTES - 1)))
        .containsExactly(Level.OK, Level.PROBLEM, Level.OK, Level.PROBLEM, Level.PROBLEM);
  }

  @Test
  void wantsAFolderForTheJobsThatCanBeOne() throws Exception {
    Files.createFile(home.resolve("file"));
    var config = Configs.of(home, "jobs.dir=file");
    assertThat(new FolderChecks(config, _ -> PLENTY).findings())
        .filteredOn(finding -> finding.id().equals("jobs.dir"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.PROBLEM));
  }

  @Test
  void wantsSecretsForWebhooksThatNobodyElseReads() throws Exception {
    var config = Configs.of(home, "webhooks.secret_file=secrets");
    Check check = new WebhookChecks(config.webhooks());
    assertThat(levels(check)).containsExactly(Level.PROBLEM);
    Path file = Files.writeString(home.resolve("secrets"), "whsec_geheim\n");
    assertThat(levels(check)).containsExactly(Level.PROBLEM);
    assertThat(check.findings().getFirst().found()).doesNotContain("geheim");

    Files.writeString(file, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(levels(check)).containsExactly(Level.WARNING);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(levels(check)).containsExactly(Level.OK);
    assertThat(new WebhookChecks(Configs.of(home).webhooks()).findings()).isEmpty();
  }

  private static List<Level> levels(Check check) {
    return check.findings().stream().map(Finding::level).toList();
  }

  @Test
  void findsAUserWhoIsNotThereAndAMaskThatLetsEverybodyWrite() throws Exception {
    var config = Configs.of(home, "user=no-such-user-here", "umask=000");
    List<Finding> findings = new UserChecks(config, Map.of(), false).findings();

    assertThat(findings).extracting(Finding::level).containsExactly(Level.PROBLEM, Level.WARNING);
    assertThat(findings.getFirst().found()).contains("no user no-such-user-here");
  }

  @Test
  void seesAClockThatCannotBeRight() {
    assertThat(new ClockCheck(() -> Instant.EPOCH).findings().getFirst().level())
        .isEqualTo(Level.WARNING);
    assertThat(new ClockCheck(Instant::now).findings().getFirst().level()).isEqualTo(Level.OK);
  }

  @Test
  void tellsOfALibraryThatDoesNotLoadAndOfAnUntestedJava() {
    Finding broken = JavaChecks.transport(new UnsatisfiedLinkError("mounted noexec"));
    assertThat(broken.level()).isEqualTo(Level.PROBLEM);
    assertThat(broken.found()).contains("mounted noexec");
    assertThat(new JavaChecks(26).findings().getFirst().level()).isEqualTo(Level.NOTE);
    assertThat(new JavaChecks(25).findings())
        .extracting(Finding::level)
        .containsExactly(Level.OK, Level.OK);
  }

  @Test
  void tellsAllInALine() {
    assertThat(Finding.warning("a.b", "found", "Do it", "x y").line())
        .isEqualTo("a.b: found. Do it [x y]");
  }
}
