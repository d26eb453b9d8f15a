package dev.percore.worker.http.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A client that sends exactly the bytes that it is told to, over a plain socket.
final class Client implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  Client(int port) {
    this(port, 0);
  }

  /// @param receiveBufferBytes what the socket holds before it is read; 0 for the default
  Client(int port, int receiveBufferBytes) {
    try {
      socket = new Socket();
      if (receiveBufferBytes > 0) {
        socket.setReceiveBufferSize(receiveBufferBytes);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a GET with nothing but a Host.
  Client get(String target) {
    return send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  Client send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Client send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a chunk of a body, the last one if it is empty.
  Client sendChunk(String text) {
    return send("%x\r\n%s\r\n".formatted(text.length(), text));
  }

  Client endOutput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Closes with a reset.
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next answer, to a request that was not HEAD.
  Answer read() {
    return read(true);
  }

  /// The next answer's head, which nothing follows.
  Answer readHead() {
    return read(false);
  }

  /// The next chunk of a body, empty for the last one.
  String readChunk() {
    try {
      int size = Integer.parseInt(readLine(), 16);
      String chunk = new String(in.readNBytes(size), StandardCharsets.ISO_8859_1);
      if (chunk.length() < size || !readLine().isEmpty()) {
        throw new AssertionError("a chunk of " + size + " bytes does not end where it should");
      }
      return chunk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All chunks of a body up to the last one, together.
  String readChunks() {
    StringBuilder body = new StringBuilder();
    for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) {
      body.append(chunk);
    }
    return body.toString();
  }

  /// Whether the connection was reset, after whatever else came.
  boolean isReset() {
    try {
      in.readAllBytes();
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the server has ended its side, after nothing more.
  boolean isEnded() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Everything up to the end.
  String readAll() {
    try {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer read(boolean withBody) {
    try {
      List<String> head = new ArrayList<>();
      for (String line = readLine(); !line.isEmpty(); line = readLine()) {
        head.add(line);
      }
      Answer answer = new Answer(head, "");
      String length = answer.header("Content-Length");
      if (!withBody || length == null) {
        return answer;
      }
      byte[] body = in.readNBytes(Integer.parseInt(length));
      if (body.length < Integer.parseInt(length)) {
        throw new AssertionError("the body ends after " + body.length + " of " + length);
      }
      return new Answer(head, new String(body, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new AssertionError("the connection ended after '" + line + "'");
      }
      line.write(octet);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new AssertionError("a line without CR: '" + text + "'");
    }
    return text.substring(0, text.length() - 1);
  }

  /// What came back.
  record Answer(List<String> head, String body) {
    int status() {
      return Integer.parseInt(head.getFirst().substring("HTTP/1.1 ".length()).substring(0, 3));
    }

    @Nullable String header(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ": ";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()))
          .findFirst()
          .orElse(null);
    }
  }
}
