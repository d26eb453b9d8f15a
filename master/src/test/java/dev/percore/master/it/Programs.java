package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Programs of other people that tests use.
final class Programs {
  private Programs() {}

  /// Makes sure that a package of Debian is installed: without it, a test is skipped on a
  /// developer's machine and fails where CI=true.
  static void require(String debianPackage, String... programs) {
    List<String> missing = Stream.of(programs).filter(program -> !isOnPath(program)).toList();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(missing)
          .as("programs of Debian's package %s that are missing", debianPackage)
          .isEmpty();
    }
    assumeTrue(missing.isEmpty(), "not installed: " + missing);
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
