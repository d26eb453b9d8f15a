package dev.percore.master.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// What the kernel tells in /proc and /sys. What is not there, or not to be read, is empty:
/// kernels and containers differ in what they show.
///
/// @param root the folder that stands for `/`, for tests
record HostFiles(Path root) {
  private static final int BYTES_MAX = 64 << 10;

  static HostFiles real() {
    return new HostFiles(Path.of("/"));
  }

  /// The text of a file, without the white space around it.
  ///
  /// @param path from the root, without the leading slash
  Optional<String> text(String path) {
    // In one read: a second one of a file below /proc/sys finds nothing more.
    try (InputStream file = Files.newInputStream(root.resolve(path))) {
      return Optional.of(new String(file.readNBytes(BYTES_MAX), StandardCharsets.UTF_8).strip());
    } catch (IOException notToBeRead) {
      return Optional.empty();
    }
  }

  /// The first number of a file.
  OptionalLong number(String path) {
    return text(path).map(text -> number(text, 0)).orElse(OptionalLong.empty());
  }

  /// The text behind a label at the beginning of a line.
  Optional<String> field(String path, String label) {
    return text(path).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).strip())
        .findFirst();
  }

  boolean exists(String path) {
    return Files.exists(root.resolve(path));
  }

  /// The word at that place as a number; empty for words such as `max` and `unlimited`.
  static OptionalLong number(String text, int index) {
    String[] words = text.strip().split("\\s+");
    try {
      return index < words.length
          ? OptionalLong.of(Long.parseLong(words[index]))
          : OptionalLong.empty();
    } catch (NumberFormatException aWord) {
      return OptionalLong.empty();
    }
  }
}
