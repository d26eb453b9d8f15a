package common;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One connection: requests may be sent ahead of the answers to those before.
public final class Http implements AutoCloseable {
  /// Small, since there may be ten thousand of these; bodies pass it by.
  private static final int BUFFER_BYTES = 1024;

  private final Socket socket;
  private final InputStream in;
  private boolean kept = true;
  private int headBytes;

  public Http(URI base) throws IOException {
    socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(120_000);
      socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), 10_000);
      in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /// A whole answer.
  ///
  /// @param fields of its header, by their names in small letters
  /// @param headBytes length of status line and header
  public record Answer(int status, Map<String, String> fields, int headBytes, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /// The length of all of it, unless it came in chunks.
    public int bytes() {
      return headBytes + body.length;
    }
  }

  public void send(String target) throws IOException {
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  /// The next answer, whatever it is.
  public Answer answer() throws IOException {
    headBytes = 0;
    String status = line();
    Map<String, String> fields = new TreeMap<>();
    for (String field = line(); !field.isEmpty(); field = line()) {
      int colon = field.indexOf(':');
      fields.put(
          field.substring(0, colon).toLowerCase(Locale.ROOT), field.substring(colon + 1).strip());
    }
    int head = headBytes;
    kept &= !fields.getOrDefault("connection", "").equalsIgnoreCase("close");
    boolean chunked = fields.getOrDefault("transfer-encoding", "").equals("chunked");
    int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
    byte[] body = chunked ? chunks() : bytes(length);
    return new Answer(Integer.parseInt(status.substring(9, 12)), fields, head, body);
  }

  /// The body of the next answer, which must be a 200.
  public String receive() throws IOException {
    Answer answer = answer();
    if (answer.status() != 200) {
      throw new IOException(answer.status() + " " + answer.text());
    }
    return answer.text();
  }

  /// Whether the server takes another request here.
  public boolean isKept() {
    return kept;
  }

  public String get(String target) throws IOException {
    send(target);
    return receive();
  }

  /// Asks, and looks at the answer.
  ///
  /// @throws IOException also if it is wrong
  public Answer ask(Question question) throws IOException {
    send(question.target());
    Answer answer = answer();
    question.check(answer);
    return answer;
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); ; size = Integer.parseInt(line(), 16)) {
      body.write(bytes(size));
      line();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer is not whole");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server has closed the connection");
      }
      headBytes++;
      if (next != '\r') {
        line.append((char) next);
      }
    }
    headBytes++;
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
