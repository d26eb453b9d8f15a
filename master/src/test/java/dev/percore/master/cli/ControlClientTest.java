package dev.percore.master.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.percore.master.ExitCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlClientTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void returnsTheBodyAsUtf8() throws Exception {
    try (FakeControlSocket server = server(FakeControlSocket.ok("{\"a\":\"é\"}"))) {
      assertThat(client(LONG).get("/status")).isEqualTo("{\"a\":\"é\"}");
      assertThat(server.requests())
          .containsExactly("GET /status HTTP/1.0\r\nHost: localhost\r\n\r\n");
    }
  }

  @Test
  void postsWithoutABody() throws Exception {
    try (FakeControlSocket server = server("HTTP/1.1 202 Accepted\r\n\r\n")) {
      assertThat(client(LONG).post("/stop?mode=graceful")).isEmpty();
      assertThat(server.requests())
          .containsExactly(
              "POST /stop?mode=graceful HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    }
  }

  @Test
  void aMissingSocketMeansNotRunning() {
    assertThat(failure(LONG).exitCode()).isEqualTo(ExitCode.NOT_RUNNING);
  }

  @Test
  void aSocketThatOutlivedItsMasterMeansNotRunning() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket()));
    }
    assertThat(failure(LONG).exitCode()).isEqualTo(ExitCode.NOT_RUNNING);
  }

  @Test
  void givesUpOnASilentMasterAtTheDeadline() throws IOException {
    try (FakeControlSocket server = server("")) {
      CommandFailure failure = failure(Duration.ofMillis(200));
      assertThat(failure.exitCode()).isEqualTo(ExitCode.UNRESPONSIVE);
      assertThat(failure.text()).contains("GET /status", "200 ms");
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void givesUpOnAMasterThatDoesNotAccept() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket()));
      assertThat(failure(Duration.ofMillis(200)).exitCode()).isEqualTo(ExitCode.UNRESPONSIVE);
    }
  }

  @Test
  void tellsAnErrorOfTheMaster() throws IOException {
    try (FakeControlSocket _ = server("HTTP/1.1 404 Not Found\r\n\r\nno such thing\n")) {
      CommandFailure failure = failure(LONG);
      assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILURE);
      assertThat(failure.text())
          .isEqualTo("percore answered GET /status with status 404: no such thing");
    }
  }

  @Test
  void refusesAnAnswerThatBreaksOff() throws IOException {
    try (FakeControlSocket _ = server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}")) {
      assertThat(failure(LONG).text()).contains("2 bytes of 10");
    }
  }

  @Test
  void refusesAnAnswerThatIsNotHttp() throws IOException {
    try (FakeControlSocket _ = server("SSH-2.0-OpenSSH\r\n\r\n")) {
      assertThat(failure(LONG).text()).contains("is not HTTP");
    }
  }

  @Test
  void refusesAnAnswerWithoutEndOfHeaders() throws IOException {
    try (FakeControlSocket _ = server("HTTP/1.1 200 OK\r\nContent-Le")) {
      assertThat(failure(LONG).text()).contains("before the answer's headers");
    }
  }

  @Test
  void refusesAnEndlessAnswer() throws IOException {
    try (FakeControlSocket _ = server("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(5 << 20))) {
      assertThat(failure(LONG).text()).contains("longer than");
    }
  }

  private Path socket() {
    return folder.resolve("control.sock");
  }

  private FakeControlSocket server(String answer) throws IOException {
    return new FakeControlSocket(socket(), answer);
  }

  private ControlClient client(Duration timeout) {
    return new ControlClient(socket(), timeout);
  }

  private CommandFailure failure(Duration timeout) {
    return assertThatExceptionOfType(CommandFailure.class)
        .isThrownBy(() -> client(timeout).get("/status"))
        .actual();
  }
}
