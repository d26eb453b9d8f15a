package dev.percore.master.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder with all that is in it.
final class FileTree {
  private FileTree() {}

  /// The regular files, the largest first.
  static List<Path> files(Path root) throws IOException {
    return walk(root).stream()
        .filter(Files::isRegularFile)
        .sorted(Comparator.comparingLong(FileTree::length).reversed())
        .toList();
  }

  /// The bytes of all files together.
  static long size(Path root) throws IOException {
    return files(root).stream().mapToLong(FileTree::length).sum();
  }

  /// Deletes it; does nothing if it is not there.
  static void delete(Path root) throws IOException {
    if (Files.exists(root)) {
      for (Path path : walk(root).reversed()) {
        Files.deleteIfExists(path);
      }
    }
  }

  static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }

  private static List<Path> walk(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.toList();
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }
}
