package dev.percore.master.it;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A build of the server to upgrade to: a copy of the distribution.
///
/// @param home its folder
record Build(Path home) {
  private static final String VERSION_FILE = "dev/percore/config/version.txt";

  /// Copies the distribution and gives the copy a version.
  static Build copy(Path to, String version) throws IOException {
    Path from = Distribution.home();
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.filter(p -> !p.startsWith(from.resolve("cache"))).toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    Build build = new Build(to);
    try (FileSystem jar = FileSystems.newFileSystem(build.jarWithVersion())) {
      Files.writeString(jar.getPath(VERSION_FILE), version);
    }
    return build;
  }

  /// Makes it one that cannot start.
  Build breakJar() throws IOException {
    Files.writeString(jarWithVersion(), "Dear jar");
    return this;
  }

  private Path jarWithVersion() throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      jars = files.filter(file -> file.getFileName().toString().startsWith("percore-")).toList();
    }
    for (Path candidate : jars) {
      try (FileSystem jar = FileSystems.newFileSystem(candidate)) {
        if (Files.exists(jar.getPath(VERSION_FILE))) {
          return candidate;
        }
      }
    }
    throw new IllegalStateException("no jar of " + home + " has " + VERSION_FILE);
  }
}
