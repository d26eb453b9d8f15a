import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A client's connection that asks one request after the other, in blocking calls.
final class Connection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final SocketChannel channel;
  private final int localPort;

  /// An answer with a whole body.
  ///
  /// @param lasting whether the connection takes another request
  record Answer(int status, String body, boolean lasting) {}

  private Connection(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.localPort = channel.socket().getLocalPort();
  }

  static Connection open(int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().setSoTimeout(TIMEOUT_MILLIS);
      channel.socket().connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
      return new Connection(channel);
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  int localPort() {
    return localPort;
  }

  /// Whether the server has kept it open, as far as this side can know before it sends.
  boolean isOpen() {
    try {
      channel.configureBlocking(false);
      int read = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return read == 0;
    } catch (IOException closed) {
      return false;
    }
  }

  Answer get(String target) throws IOException {
    send(target);
    return receive();
  }

  /// Sends a request and does not wait for its answer.
  void send(String target) throws IOException {
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    channel.socket().getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  private Answer receive() throws IOException {
    var received = new ByteArrayOutputStream(512);
    int head = -1;
    while (head < 0) {
      receive(received);
      head = received.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
    }
    String fields = received.toString(StandardCharsets.ISO_8859_1).substring(0, head + 2);
    int end = head + 4 + Integer.parseInt(field(fields, "content-length", "0"));
    while (received.size() < end) {
      receive(received);
    }
    String body = received.toString(StandardCharsets.UTF_8).substring(head + 4);
    boolean lasting = !field(fields, "connection", "keep-alive").equalsIgnoreCase("close");
    return new Answer(Integer.parseInt(fields.substring(9, 12)), body, lasting);
  }

  private void receive(ByteArrayOutputStream received) throws IOException {
    byte[] buffer = new byte[4096];
    int count = channel.socket().getInputStream().read(buffer);
    if (count < 0) {
      throw new EOFException("closed after " + received.size() + " bytes of the answer");
    }
    received.write(buffer, 0, count);
  }

  private static String field(String fields, String name, String otherwise) {
    int start = fields.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ":");
    if (start < 0) {
      return otherwise;
    }
    int value = start + name.length() + 3;
    return fields.substring(value, fields.indexOf("\r\n", value)).strip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
