package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The AOT caches, in a copy of the distribution whose path has a space.
final class TrainIT {
  @TempDir private Path folder;

  @Test
  void theCachesOfATrainingRunFitMasterAndWorkers() throws Exception {
    Path home = folder.resolve("a copy");
    copy(Distribution.home(), home);

    Distribution.Outcome training = Distribution.run(percore(home, "train"));

    assertThat(training.exitCode()).as(training.out() + training.err()).isZero();
    try (Stream<Path> caches = Files.list(home.resolve("cache"))) {
      assertThat(caches.map(cache -> cache.getFileName().toString()))
          .as("what a JVM leaves that is not killed while it writes")
          .containsExactlyInAnyOrder("master.aot", "worker.aot");
    }

    // With this mode a JVM whose cache does not fit refuses to start.
    ProcessBuilder run =
        percore(
            home,
            "run",
            "--set=workers=2",
            "--set=listen.port=0",
            "--set=admin.port=0",
            "--set=worker.jvm_options=-XX:AOTMode=on");
    run.environment().put("PERCORE_JAVA_OPTS", "-XX:AOTMode=on");
    Process master = run.redirectErrorStream(true).start();
    try {
      ProcessOutput output = ProcessOutput.of(master.getInputStream());
      Await.until(
          "serving",
          () -> {
            assertThat(master.isAlive())
                .as("the master lives; it said:\n%s", output.tail())
                .isTrue();
            return output.lines().stream().anyMatch(line -> line.contains("serving on "));
          });
      OsProcesses.send("TERM", master.pid());
      assertThat(master.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(master.exitValue()).as(output.tail()).isZero();
    } finally {
      master.destroyForcibly();
    }
  }

  @Test
  void aTrainingRunThatIsToldToEndLeavesNothingBehind() throws Exception {
    Path home = folder.resolve("copy");
    copy(Distribution.home(), home);
    // The training must not mind what the installed file says, nor touch what that names.
    Files.writeString(home.resolve("conf/percore.yaml"), "log: {file: logs/production.log}\n");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    ProcessBuilder command = percore(home, "train");
    command.environment().put("PERCORE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    Process training = command.redirectErrorStream(true).start();
    ProcessOutput output = ProcessOutput.of(training.getInputStream());
    try {
      Await.until(
          "the master and its worker run",
          () -> OsProcesses.withArgument(temporary + "/percore-train").size() == 2);

      OsProcesses.send("TERM", training.pid());

      assertThat(training.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(training.exitValue()).as(output.tail()).isEqualTo(128 + 15);
      Await.until(
          "no process is left", () -> OsProcesses.withArgument(home.toString()), List::isEmpty);
      assertThat(temporary).isEmptyDirectory();
      assertThat(home.resolve("cache")).isEmptyDirectory();
      assertThat(home.resolve("logs")).doesNotExist();
    } finally {
      training.destroy();
    }
  }

  private static ProcessBuilder percore(Path home, String... arguments) {
    ProcessBuilder command = Distribution.percore(List.of(arguments));
    command.command().set(0, home.resolve("bin/percore").toString());
    return command;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.filter(p -> !p.startsWith(from.resolve("cache"))).toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
