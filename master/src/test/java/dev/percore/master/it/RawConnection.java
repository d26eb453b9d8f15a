package dev.percore.master.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// A connection over which exact octets go.
final class RawConnection implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static RawConnection open(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      int limit = (int) Await.LIMIT.toMillis();
      socket.setSoTimeout(limit);
      socket.connect(address, limit);
      return new RawConnection(socket);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /// Sends the characters as octets.
  RawConnection send(String octets) throws IOException {
    socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
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
