package dev.percore.protocol.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// Lines and blocks of bytes out of a connection, within limits. For one thread.
final class HttpInput {
  private static final int LINE_BYTES_MAX = 16 << 10;

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10).limit(0);

  HttpInput(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /// Whether nothing has been read that is not asked for.
  boolean isEmpty() {
    return !buffer.hasRemaining();
  }

  /// The next line, without its CRLF.
  ///
  /// @throws ProtocolException if it is too long, or ends in LF alone
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      char next = (char) (next() & 0xFF);
      if (next == '\n') {
        int end = line.length() - 1;
        if (end < 0 || line.charAt(end) != '\r') {
          throw new ProtocolException("a line ends in LF without CR");
        }
        return line.substring(0, end);
      }
      line.append(next);
      if (line.length() > LINE_BYTES_MAX) {
        throw new ProtocolException("a line is longer than " + LINE_BYTES_MAX + " bytes");
      }
    }
  }

  /// So many bytes.
  byte[] bytes(int count) throws IOException {
    ByteBuffer wanted = ByteBuffer.allocate(count);
    int buffered = Math.min(count, buffer.remaining());
    wanted.put(buffer.slice(buffer.position(), buffered));
    buffer.position(buffer.position() + buffered);
    while (wanted.hasRemaining()) {
      if (channel.read(wanted) < 0) {
        throw ended();
      }
    }
    return wanted.array();
  }

  private byte next() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        buffer.limit(0);
        throw ended();
      }
    }
    return buffer.get();
  }

  private static EOFException ended() {
    return new EOFException("the server has closed the connection before the answer was whole");
  }
}
