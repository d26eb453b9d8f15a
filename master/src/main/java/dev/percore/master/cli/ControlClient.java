package dev.percore.master.cli;

import dev.percore.config.ServerConfig;
import dev.percore.master.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the running master over its control socket: one request, one answer, one connection.
/// Speaks just enough HTTP/1.0 for that, so that a short command need not load an HTTP library.
final class ControlClient {
  /// Far above what 256 workers fill.
  private static final int ANSWER_BYTES_MAX = 4 << 20;

  /// Long enough for a master that swaps, short enough for whoever waits at a terminal.
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /// Longer than anything that the master does.
  private static final Duration PATIENCE = Duration.ofHours(24);

  private final Path socket;
  private final Duration timeout;

  /// The client of the server that this configuration describes.
  static ControlClient of(ServerConfig config) {
    return new ControlClient(config.runDir().resolve("control.sock"), TIMEOUT);
  }

  /// @param timeout for the whole exchange, from connecting to the last byte of the answer
  ControlClient(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /// Returns the body of the answer to `GET target`.
  String get(String target) throws CommandFailure {
    return request("GET", target);
  }

  /// Returns the body of the answer to `POST target`, sent without a body.
  String post(String target) throws CommandFailure {
    return request("POST", target);
  }

  /// Like [#post], for what takes its time: waits for the answer as long as it takes.
  String postAndWait(String target) throws CommandFailure {
    return new ControlClient(socket, PATIENCE).post(target);
  }

  private String request(String method, String target) throws CommandFailure {
    String what = method + " " + target;
    ControlAnswer answer;
    try {
      // Asked first, since connecting tells a socket that is missing and one that is out of reach
      // by the texts of the operating system alone.
      Files.readAttributes(socket, BasicFileAttributes.class);
      answer = ControlAnswer.parse(exchange(head(method, target)));
    } catch (NoSuchFileException e) {
      throw notRunning("there is no control socket " + socket);
    } catch (AccessDeniedException e) {
      throw CommandFailure.of("cannot reach " + socket, e);
    } catch (ConnectException e) {
      throw notRunning("nobody listens on " + socket);
    } catch (TimeoutException e) {
      throw new CommandFailure(
          ExitCode.UNRESPONSIVE,
          "percore did not answer %s on %s within %d ms"
              .formatted(what, socket, timeout.toMillis()),
          e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILURE, "%s on %s failed: %s".formatted(what, socket, e.getMessage()), e);
    }
    if (answer.status() != 200 && answer.status() != 202) {
      throw new CommandFailure(
          ExitCode.FAILURE,
          "percore answered %s with status %d: %s"
              .formatted(what, answer.status(), answer.body().strip()));
    }
    return answer.body();
  }

  private static CommandFailure notRunning(String observation) {
    return new CommandFailure(ExitCode.NOT_RUNNING, "the server is not running: " + observation);
  }

  private static byte[] head(String method, String target) {
    String length = method.equals("POST") ? "Content-Length: 0\r\n" : "";
    return (method + " " + target + " HTTP/1.0\r\nHost: localhost\r\n" + length + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Talks in a thread of its own, because connecting, writing and reading may each block for
  /// ever and only closing the channel ends all three.
  private byte[] exchange(byte[] request) throws IOException, TimeoutException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      FutureTask<byte[]> talk = new FutureTask<>(() -> talk(channel, request));
      Thread.ofPlatform().daemon().name("control-client").start(talk);
      return talk.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private byte[] talk(SocketChannel channel, byte[] request) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    ByteBuffer out = ByteBuffer.wrap(request);
    while (out.hasRemaining()) {
      channel.write(out);
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.allocate(8192);
    while (channel.read(in) >= 0) {
      answer.write(in.array(), 0, in.position());
      in.clear();
      if (answer.size() > ANSWER_BYTES_MAX) {
        throw new IOException("the answer is longer than " + ANSWER_BYTES_MAX + " bytes");
      }
    }
    return answer.toByteArray();
  }
}
