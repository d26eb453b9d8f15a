package table;

import common.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/// Files that servers serve: random bytes, the same in each run.
record StaticFiles(Path folder, byte[] small, byte[] large) {
  private static final int SMALL_BYTES = 1 << 10;
  private static final int LARGE_BYTES = 1 << 20;

  static StaticFiles create(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("static"));
    var random = new Random(1);
    return new StaticFiles(
        folder,
        write(folder.resolve("static/small.bin"), random, SMALL_BYTES),
        write(folder.resolve("static/large.bin"), random, LARGE_BYTES));
  }

  private static byte[] write(Path file, Random random, int size) throws IOException {
    byte[] content = new byte[size];
    random.nextBytes(content);
    Files.write(file, content);
    return content;
  }

  /// What has Percore serve them.
  Map<String, String> settings() {
    return Map.of("static.root", folder.resolve("static").toString());
  }

  Question smallOne() {
    return Question.file("/static/small.bin", small);
  }

  Question largeOne() {
    return Question.file("/static/large.bin", large);
  }
}
