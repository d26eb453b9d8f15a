package dev.percore.protocol.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that answers as a test wants it.
final class HttpServer implements AutoCloseable {
  /// What becomes of a request.
  interface Script {
    /// Answers a request.
    ///
    /// @param number of the request, from 0
    /// @return whether the connection stays open
    boolean answer(int number, OutputStream out) throws IOException;
  }

  final AtomicInteger accepted = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();

  /// Connections that the client has closed while the server waited for their next request.
  final AtomicInteger hungUp = new AtomicInteger();

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Script script;

  HttpServer(Script script) throws IOException {
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  Endpoint endpoint() {
    return Endpoint.parse(address());
  }

  static boolean send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    return true;
  }

  static String json(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length(), body);
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (SocketException closed) {
      // The test is over.
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      boolean open = true;
      while (open) {
        if (!readRequest(in)) {
          hungUp.incrementAndGet();
          return;
        }
        open = script.answer(requests.getAndIncrement(), connection.getOutputStream());
      }
    } catch (IOException gone) {
      // The client has hung up, which some tests want it to.
    }
  }

  private static boolean readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    String length = head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
    in.readNBytes(Integer.parseInt(length));
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
