package dev.percore.worker.http.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.ServerConfig;
import dev.percore.config.ServerConfig.AccessLogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  @TempDir private Path folder;

  @Test
  void losesNothingThatFits() throws IOException {
    Path file = folder.resolve("log");
    int count = 10_000;
    try (AccessLog log = started(AccessLogFormat.COMBINED, file)) {
      for (int i = 0; i < count; i++) {
        log.append(entry("/" + i, null));
      }
    }

    assertThat(Files.readAllLines(file)).hasSize(count).first().asString().contains("\"GET /0 ");
  }

  @Test
  @Timeout(30)
  void dropsAndCountsWhatDoesNotFit() throws IOException {
    Path file = folder.resolve("log");
    AccessLog log = started(AccessLogFormat.JSON, file);
    int count = 0;
    while (log.dropped() == 0) {
      log.append(entry("/" + count, null));
      count++;
    }
    log.close();

    assertThat(Files.readAllLines(file)).hasSize(count - (int) log.dropped());
  }

  @Test
  void appendsToTheFile() throws IOException {
    Path file = folder.resolve("log");
    Files.writeString(file, "before\n");
    try (AccessLog log = started(AccessLogFormat.COMBINED, file)) {
      log.append(entry("/", null));
    }

    assertThat(Files.readAllLines(file)).hasSize(2).startsWith("before");
  }

  @Test
  void doesNothingWhenOff() {
    Path file = folder.resolve("log");
    try (AccessLog log = started(AccessLogFormat.OFF, file)) {
      assertThat(log.isOn()).isFalse();
      log.append(entry("/", null));
    }

    assertThat(file).doesNotExist();
  }

  @Test
  void makesTheFolderOfTheFile() throws IOException {
    Path file = folder.resolve("logs/today/log");
    try (AccessLog log = started(AccessLogFormat.COMBINED, file)) {
      log.append(entry("/", null));
    }

    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void saysWhichFileCannotBeOpenedAndWhy() {
    assertThatThrownBy(() -> started(AccessLogFormat.JSON, folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("Is a directory");
  }

  @Test
  @Timeout(30)
  void holdsFewEntriesWhenTheyAreLong() throws IOException {
    String agent = "a".repeat(40_000);
    CountDownLatch release = new CountDownLatch(1);
    AccessLog log = new AccessLog(settings(AccessLogFormat.JSON, folder.resolve("log")));
    log.start((_, _) -> awaitUninterruptibly(release));
    int count = 0;
    while (log.dropped() == 0) {
      log.append(entry("/", agent));
      count++;
    }
    release.countDown();
    log.close();

    assertThat((long) count * agent.length()).isLessThan(AccessLog.QUEUE_BYTES_MAX + 100_000);
  }

  @Test
  void goesOnAfterALineThatCannotBeFormatted() throws IOException {
    Path file = folder.resolve("log");
    AccessFormat sound = new CombinedFormat(ZoneOffset.UTC);
    try (AccessLog log = new AccessLog(settings(AccessLogFormat.COMBINED, file))) {
      log.start(
          (entry, out) -> {
            if ("/bad".equals(entry.target())) {
              throw new IllegalStateException("cannot be formatted");
            }
            sound.write(entry, out);
          });
      log.append(entry("/bad", null));
      log.append(entry("/good", null));
    }

    assertThat(Files.readAllLines(file)).hasSize(1).first().asString().contains("/good");
  }

  @Test
  void noClientCanForgeALine() {
    AccessEntry forged = entry("/", "a\" \\ \n1.2.3.4 - -\t\u007f\u00e4");

    assertThat(formatted(new CombinedFormat(ZoneOffset.UTC), forged))
        .isEqualTo(
            "192.0.2.1 - - [01/Jan/1970:00:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\""
                + " \"a\\x22 \\x5C \\x0A1.2.3.4 - -\\x09\\x7F\\xE4\"\n");
    assertThat(formatted(new JsonFormat(), forged))
        .endsWith("\"user_agent\":\"a\\\" \\\\ \\n1.2.3.4 - -\\t\u007f\u00e4\"}\n");
  }

  private static String formatted(AccessFormat format, AccessEntry entry) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(entry, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static AccessLog started(AccessLogFormat format, Path file) {
    AccessLog log = new AccessLog(settings(format, file));
    log.start();
    return log;
  }

  private static ServerConfig.AccessLog settings(AccessLogFormat format, Path file) {
    return new ServerConfig.AccessLog(format, file);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static AccessEntry entry(String target, @Nullable String agent) {
    return new AccessEntry(
        0, "192.0.2.1", "GET", target, "HTTP/1.1", "route", 200, 5, 1000, null, agent);
  }
}
