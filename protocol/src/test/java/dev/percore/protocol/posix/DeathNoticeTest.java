package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeathNoticeTest {
  private static final int LIMIT_SECONDS = 30;

  @TempDir private Path folder;
  private Path file = Path.of("/");

  @BeforeEach
  void createFile() throws IOException {
    file = Files.write(folder.resolve("shared"), new byte[64]);
  }

  @Test
  void comesWhenTheThreadEnds() throws Exception {
    DeathNotice ours = toLeave(file);
    assertThat(ours.isLeft()).isFalse();
    assertThatThrownBy(() -> ours.await(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
    var end = new CountDownLatch(1);
    var left = new CompletableFuture<Void>();
    Thread thread = Thread.ofPlatform().start(() -> leaveAndWait(ours, left, end));
    left.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Void> notice = await(toAwait(file));
    assertThat(notice).isNotDone();
    assertThat(ours.isLeft()).isTrue();
    assertThat(ours.await(Duration.ofMillis(1))).isFalse();
    end.countDown();
    notice.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    thread.join();
  }

  @Test
  void comesWhenTheProcessIsKilled() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DeathNoticeTest.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo('.');
      CompletableFuture<Void> notice = await(toAwait(file));
      assertThat(notice).isNotDone();
      process.destroyForcibly();
      notice.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /// The process that is killed.
  public static void main(String[] arguments) throws Exception {
    toLeave(Path.of(arguments[0])).leave();
    System.out.print('.');
    System.out.flush();
    Thread.currentThread().join();
  }

  private static void leaveAndWait(
      DeathNotice notice, CompletableFuture<Void> left, CountDownLatch end) {
    try {
      notice.leave();
      left.complete(null);
      end.await();
    } catch (IOException | InterruptedException failure) {
      left.completeExceptionally(failure);
    }
  }

  private static CompletableFuture<Void> await(DeathNotice notice) {
    var told = new CompletableFuture<Void>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                assertThat(notice.await(Duration.ofSeconds(LIMIT_SECONDS))).isTrue();
                told.complete(null);
              } catch (IOException | RuntimeException | AssertionError failure) {
                told.completeExceptionally(failure);
              }
            });
    return told;
  }

  private static DeathNotice toLeave(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new DeathNotice(channel.map(MapMode.READ_WRITE, 0, 64), 48);
    }
  }

  // To read it is enough.
  private static DeathNotice toAwait(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new DeathNotice(channel.map(MapMode.READ_ONLY, 0, 64), 48);
    }
  }
}
