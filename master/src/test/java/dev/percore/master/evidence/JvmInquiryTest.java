package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a JVM that is not one: the socket of a process that has no other.
final class JvmInquiryTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private Process process;
  private Path socket = Path.of("");

  JvmInquiryTest() throws IOException {
    process = new ProcessBuilder("sleep", "60").start();
  }

  @BeforeEach
  void nameTheSocket() throws IOException {
    socket = Path.of("/tmp/.java_pid" + process.pid());
    Files.deleteIfExists(socket); // of a JVM that had the pid before and was killed
  }

  @AfterEach
  void end() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(socket);
  }

  @Test
  void asksAsJcmdDoes() throws Exception {
    try (ServerSocketChannel jvm = listen()) {
      CompletableFuture<String> request = answer(jvm, "0\nall is well\n");
      assertThat(JvmInquiry.ask(process.pid(), "Thread.print -l", LIMIT))
          .isEqualTo("all is well\n");
      assertThat(request.join()).isEqualTo("1\0jcmd\0Thread.print -l\0\0\0");
    }
  }

  @Test
  void tellsARefusal() throws Exception {
    try (ServerSocketChannel jvm = listen()) {
      var _ = answer(jvm, "100\nUnknown diagnostic command\n");
      assertThatThrownBy(() -> JvmInquiry.ask(process.pid(), "X", LIMIT))
          .isInstanceOf(IOException.class)
          .hasMessage("it refused: Unknown diagnostic command");
    }
  }

  @Test
  void givesUpInTime() throws Exception {
    try (ServerSocketChannel jvm = listen()) {
      assertThat(jvm.isOpen()).isTrue();
      assertThatThrownBy(() -> JvmInquiry.ask(process.pid(), "X", Duration.ofMillis(100)))
          .isInstanceOf(IOException.class)
          .hasMessage("it did not answer within 100 ms");
    }
  }

  @Test
  void tellsThatAProcessHasNoSocket() {
    assertThatThrownBy(() -> JvmInquiry.ask(process.pid(), "X", LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it has no socket");
  }

  @Test
  void removesASocketThatIsLeft() throws Exception {
    try (ServerSocketChannel jvm = listen()) {
      assertThat(jvm.isOpen()).isTrue();
    }
    assertThat(socket).exists();
    JvmInquiry.removeSocket(process.pid());
    assertThat(socket).doesNotExist();
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket));
  }

  private static CompletableFuture<String> answer(ServerSocketChannel jvm, String text) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (SocketChannel client = jvm.accept()) {
            ByteBuffer request = ByteBuffer.allocate(1000);
            client.read(request);
            client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            return new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        });
  }
}
