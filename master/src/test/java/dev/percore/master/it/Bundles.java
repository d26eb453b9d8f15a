package dev.percore.master.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The crash bundles of a server.
///
/// @param folder of `bundles.dir`
record Bundles(Path folder) {
  private static final int METADATA_AT = 24;

  /// @param serverFolder what the server was started in
  static Bundles of(Path serverFolder) {
    return new Bundles(serverFolder.resolve("bundles"));
  }

  /// Those that are whole; none before the first worker has started.
  List<Path> all() throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.filter(path -> !path.getFileName().toString().startsWith(".")).toList();
    }
  }

  /// Waits for one whose name ends like this.
  Path await(String nameEnd) throws Exception {
    return Await.until(
            "a bundle of " + nameEnd,
            () -> all().stream().filter(path -> path.toString().endsWith(nameEnd)).toList(),
            found -> !found.isEmpty())
        .getFirst();
  }

  /// Waits until the flight recorder of a living worker has written something of use, which it
  /// does every second: a worker that is killed before has no recording.
  void awaitRecording() throws Exception {
    Await.until("a recording has begun", this::isRecorded);
  }

  private boolean isRecorded() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jfr")).toList()) {
        if (Files.size(file) > METADATA_AT + Long.BYTES && metadata(file) > 0) {
          return true;
        }
      }
      return false;
    } catch (NoSuchFileException | UncheckedIOException changing) {
      return false; // the recorder makes files and takes them away
    }
  }

  private static long metadata(Path chunk) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(chunk))) {
      in.skipNBytes(METADATA_AT);
      return in.readLong();
    }
  }
}
