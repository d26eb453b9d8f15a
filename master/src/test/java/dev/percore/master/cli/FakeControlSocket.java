package dev.percore.master.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A control socket that answers every request with the same bytes and then closes the connection,
/// or, without bytes to answer, keeps it open and silent.
final class FakeControlSocket implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final String answer;
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();

  /// @param answer the raw answer; empty for a server that hangs
  FakeControlSocket(Path socket, String answer) throws IOException {
    this.answer = answer;
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().name("fake-control-socket").start(this::serve);
  }

  static String ok(String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + body;
  }

  /// The requests so far, each with its headers.
  Queue<String> requests() {
    return requests;
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        requests.add(readHead(connection));
        if (!answer.isEmpty()) {
          ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
          while (bytes.hasRemaining()) {
            connection.write(bytes);
          }
          connection.close();
        }
      }
    } catch (ClosedChannelException e) {
      return; // the test is over
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readHead(SocketChannel connection) throws IOException {
    StringBuilder head = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    while (head.indexOf("\r\n\r\n") < 0 && connection.read(buffer) >= 0) {
      buffer.flip();
      head.append(StandardCharsets.US_ASCII.decode(buffer));
      buffer.clear();
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
