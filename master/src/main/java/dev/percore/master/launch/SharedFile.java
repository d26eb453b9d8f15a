package dev.percore.master.launch;

import dev.percore.master.host.Ownership;
import dev.percore.protocol.posix.KernelRandom;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files that the master and its workers map. They lie in memory and are linked from the run
/// folder, by a name that tells the master that made it: `{what}-{pid}-{number}`.
final class SharedFile {
  private static final Logger log = LoggerFactory.getLogger(SharedFile.class);

  /// Folder of a file system that lies in memory.
  static final Path MEMORY = Path.of("/dev/shm");

  private SharedFile() {}

  /// Makes a new file.
  @FunctionalInterface
  interface Maker<T> {
    T make(Path file) throws IOException;
  }

  /// Removes what killed masters have left in a run folder; before this one makes its own.
  static void sweep(Path runFolder, String prefix) throws IOException {
    removeIf(runFolder, prefix, pid -> pid == ProcessHandle.current().pid() || hasEnded(pid));
  }

  /// Removes what other masters have left that have ended meanwhile.
  static void removeThoseOfOthers(Path runFolder, String prefix) throws IOException {
    removeIf(runFolder, prefix, SharedFile::hasEnded);
  }

  private static void removeIf(Path runFolder, String prefix, LongPredicate unwanted)
      throws IOException {
    try (DirectoryStream<Path> links = Files.newDirectoryStream(runFolder, prefix + "*")) {
      for (Path link : links) {
        if (unwanted.test(master(link))) {
          remove(link);
        }
      }
    }
  }

  /// What masters have put into a run folder, the newest first.
  static List<Path> newestFirst(Path runFolder, String prefix) throws IOException {
    Map<Path, FileTime> links = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(runFolder, prefix + "*")) {
      for (Path link : all) {
        links.put(link, Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS));
      }
    }
    return links.entrySet().stream()
        .sorted(Map.Entry.<Path, FileTime>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static long master(Path link) {
    String[] parts = link.getFileName().toString().split("-", -1);
    return parts.length == 3 && parts[1].matches("\\d{1,9}") ? Long.parseLong(parts[1]) : 0;
  }

  private static boolean hasEnded(long pid) {
    return ProcessHandle.of(pid).isEmpty();
  }

  /// Makes a file in memory, or, where there is no room for it, in the run folder.
  ///
  /// @param memory folder of a file system that lies in memory
  static <T> T make(Path link, Path memory, Ownership ownership, Maker<T> maker)
      throws IOException {
    if (Files.isWritable(memory)) {
      Path file = memory.resolve("percore-" + HexFormat.of().formatHex(KernelRandom.bytes(16)));
      try {
        Files.createSymbolicLink(link, file);
        T content = maker.make(file);
        ownership.give(file);
        return content;
      } catch (IOException failure) {
        log.warn("{} finds no room in {}: {}", link, memory, failure.getMessage());
        remove(link);
      }
    }
    try {
      T content = maker.make(link);
      ownership.give(link);
      return content;
    } catch (IOException failure) {
      remove(link);
      throw failure;
    }
  }

  /// Removes a file with its link.
  static void remove(Path link) throws IOException {
    if (Files.isSymbolicLink(link)) {
      Files.deleteIfExists(Files.readSymbolicLink(link));
    }
    Files.deleteIfExists(link);
  }
}
