package dev.percore.protocol.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// Lines and bytes out of a connection. For one thread.
final class HttpInput {
  private static final int LINE_BYTES_MAX = 16 << 10;
  private static final int SHOWN_MAX = 80;

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
  /// @throws EOFException if the connection ends before
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      char next = (char) octet();
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

  /// The next byte, 0 to 255.
  ///
  /// @throws EOFException if the connection ends before
  int octet() throws IOException {
    fill();
    return buffer.get() & 0xFF;
  }

  /// Some bytes, at least one.
  ///
  /// @throws EOFException if the connection ends before
  int read(byte[] into, int offset, int length) throws IOException {
    fill();
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    return count;
  }

  private void fill() throws IOException {
    if (buffer.hasRemaining()) {
      return;
    }
    buffer.clear();
    int count = channel.read(buffer);
    buffer.flip();
    if (count < 0) {
      throw new EOFException("the server closed the connection before the answer was whole");
    }
  }

  /// The beginning of a text, for a message.
  static String shortened(String text) {
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
  }
}
