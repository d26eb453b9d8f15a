import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// One connection: requests may be sent ahead of the answers to those before.
final class Http implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private boolean kept = true;

  Http(URI base) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(120_000);
    socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), 10_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(String target) throws IOException {
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  /// The body of the next answer, which must be a 200.
  String receive() throws IOException {
    String status = line();
    int length = -1;
    boolean chunked = false;
    for (String field = line(); !field.isEmpty(); field = line()) {
      String small = field.toLowerCase(java.util.Locale.ROOT);
      if (small.startsWith("content-length:")) {
        length = Integer.parseInt(small.substring(15).strip());
      }
      chunked |= small.startsWith("transfer-encoding:") && small.contains("chunked");
      kept &= !small.equals("connection: close");
    }
    String body = chunked ? chunks() : text(length);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status + " " + body);
    }
    return body;
  }

  /// Whether the server takes another request here.
  boolean isKept() {
    return kept;
  }

  String get(String target) throws IOException {
    send(target);
    return receive();
  }

  private String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int size = Integer.parseInt(line(), 16); ; size = Integer.parseInt(line(), 16)) {
      body.append(text(size));
      line();
      if (size == 0) {
        return body.toString();
      }
    }
  }

  private String text(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer is not whole");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server has closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
