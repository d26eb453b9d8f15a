package dev.percore.master.it;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A connection over which exact octets go.
final class RawConnection implements AutoCloseable {
  private final Closeable socket;
  private final int localPort;
  private final InputStream in;
  private final OutputStream out;

  private RawConnection(Closeable socket, int localPort, InputStream in, OutputStream out) {
    this.socket = socket;
    this.localPort = localPort;
    this.in = new BufferedInputStream(in);
    this.out = out;
  }

  /// A connection through a Unix socket.
  static RawConnection open(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    return new RawConnection(
        channel, 0, Channels.newInputStream(channel), Channels.newOutputStream(channel));
  }

  static RawConnection open(InetSocketAddress address) throws IOException {
    return open(address, null);
  }

  /// A connection from one of this machine's addresses, or from any if it is null.
  static RawConnection open(InetSocketAddress address, @Nullable String from) throws IOException {
    Socket socket = new Socket();
    try {
      if (from != null) {
        socket.bind(new InetSocketAddress(from, 0));
      }
      socket.setTcpNoDelay(true);
      int limit = (int) Await.LIMIT.toMillis();
      socket.setSoTimeout(limit);
      socket.connect(address, limit);
      return new RawConnection(
          socket, socket.getLocalPort(), socket.getInputStream(), socket.getOutputStream());
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /// Our port; 0 if it goes through a Unix socket.
  int localPort() {
    return localPort;
  }

  /// Sends the characters as octets.
  RawConnection send(String octets) throws IOException {
    out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /// Sends the lines and an empty one: the head of a request.
  RawConnection sendHead(String... lines) throws IOException {
    return send(String.join("\r\n", lines) + "\r\n\r\n");
  }

  /// Sends a request that keeps the connection open.
  RawConnection sendGet(String target) throws IOException {
    return sendHead("GET " + target + " HTTP/1.1", "Host: localhost");
  }

  /// Waits for an answer with its body.
  RawAnswer receive() throws IOException {
    return RawAnswer.read(in, false);
  }

  /// Waits for the answer to a HEAD.
  RawAnswer receiveHead() throws IOException {
    return RawAnswer.read(in, true);
  }

  /// Waits for the next chunk of a body whose head has been received; empty for the last one.
  String receiveChunk() throws IOException {
    int size = Integer.parseInt(readChunkLine(), 16);
    byte[] chunk = in.readNBytes(size);
    if (chunk.length < size || !readChunkLine().isEmpty()) {
      throw new EOFException("a chunk of " + size + " bytes is not complete");
    }
    return new String(chunk, StandardCharsets.UTF_8);
  }

  private String readChunkLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the connection ended in a chunked body");
      }
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  /// Sends a request and waits for its answer; the connection stays open.
  RawAnswer get(String target) throws IOException {
    return sendGet(target).receive();
  }

  /// Waits for the end of the connection and returns how many octets came before.
  int awaitEnd() throws IOException {
    try {
      return in.readAllBytes().length;
    } catch (SocketException reset) {
      return 0;
    }
  }

  /// Closes it before its time; a server that is about to end waits for that.
  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
