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
    /// @return whether the connection stays open
    boolean answer(Request request, OutputStream out) throws IOException;
  }

  /// A request.
  ///
  /// @param number from 0, in the order of arrival
  record Request(int number, String target, String body) {}

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
    return answer("200 OK", "application/json", body);
  }

  static String answer(String status, String mediaType, String body) {
    return "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, mediaType, body.length(), body);
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
        String head = head(in);
        if (head.isEmpty()) {
          hungUp.incrementAndGet();
          return;
        }
        String length = head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
        String body =
            new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.ISO_8859_1);
        var request = new Request(requests.getAndIncrement(), head.split(" ", 3)[1], body);
        open = script.answer(request, connection.getOutputStream());
      }
    } catch (IOException gone) {
      // The client has hung up, which some tests want it to.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
