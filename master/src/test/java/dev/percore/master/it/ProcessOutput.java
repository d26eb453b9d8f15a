package dev.percore.master.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// The lines that a process writes, as they come.
final class ProcessOutput {
  private static final int TAIL = 40;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private ProcessOutput(InputStream stream) {
    reader = Thread.ofVirtual().start(() -> read(stream));
  }

  /// Reads the stream to its end from now on.
  static ProcessOutput of(InputStream stream) {
    return new ProcessOutput(stream);
  }

  /// What has come so far.
  List<String> lines() {
    return List.copyOf(lines);
  }

  /// Waits for a line in which the pattern is found, and returns it.
  String awaitLine(String pattern) throws Exception {
    Pattern wanted = Pattern.compile(pattern);
    try {
      return Await.until(
              "a line with " + pattern,
              () -> lines.stream().filter(line -> wanted.matcher(line).find()).toList(),
              found -> !found.isEmpty())
          .getFirst();
    } catch (AssertionError missing) {
      throw new AssertionError(missing.getMessage() + "; the output ends so:\n" + tail(), missing);
    }
  }

  /// The whole text, when the process has ended.
  String text() throws InterruptedException {
    reader.join();
    return String.join("\n", lines);
  }

  /// The last lines.
  String tail() {
    List<String> all = lines();
    return String.join("\n", all.subList(Math.max(0, all.size() - TAIL), all.size()));
  }

  private void read(InputStream stream) {
    try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
