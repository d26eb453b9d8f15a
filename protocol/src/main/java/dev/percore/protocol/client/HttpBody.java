package dev.percore.protocol.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The body of an answer, read as it comes. For one thread.
final class HttpBody extends InputStream {
  /// Most bytes of a body that is wanted whole, or of a line.
  static final int BYTES_MAX = 64 << 20;

  private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,7})[ \\t]*(?:;.*)?");

  private final HttpInput input;
  private final boolean chunked;
  private final Runnable atEnd;
  private long left;
  private boolean ended;

  private HttpBody(HttpInput input, boolean chunked, long left, Runnable atEnd) {
    this.input = input;
    this.chunked = chunked;
    this.left = left;
    this.atEnd = atEnd;
    if (!chunked && left == 0) {
      end();
    }
  }

  /// @param atEnd run when all of it has been read
  static HttpBody ofLength(HttpInput input, long length, Runnable atEnd) {
    return new HttpBody(input, false, length, atEnd);
  }

  /// @param atEnd run when all of it has been read
  static HttpBody inChunks(HttpInput input, Runnable atEnd) {
    return new HttpBody(input, true, 0, atEnd);
  }

  @Override
  public int read() throws IOException {
    if (!hasMore()) {
      return -1;
    }
    int octet = input.octet();
    taken(1);
    return octet;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int count = input.read(into, offset, (int) Math.min(length, left));
    taken(count);
    return count;
  }

  private boolean hasMore() throws IOException {
    if (chunked && !ended && left == 0) {
      left = chunkLength();
      if (left == 0) {
        String trailer = input.line();
        while (!trailer.isEmpty()) {
          trailer = input.line();
        }
        end();
      }
    }
    return !ended;
  }

  private long chunkLength() throws IOException {
    String line = input.line();
    Matcher matcher = CHUNK.matcher(line);
    if (!matcher.matches()) {
      throw new ProtocolException("no chunk: " + HttpInput.shortened(line));
    }
    return Long.parseLong(matcher.group(1), 16);
  }

  private void taken(int count) throws IOException {
    left -= count;
    if (left > 0) {
      return;
    }
    if (!chunked) {
      end();
    } else if (!input.line().isEmpty()) {
      throw new ProtocolException("a chunk is longer than it says");
    }
  }

  private void end() {
    ended = true;
    atEnd.run();
  }

  /// All of it.
  ///
  /// @throws ProtocolException if it is longer than [#BYTES_MAX]
  byte[] all() throws IOException {
    byte[] bytes = readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw tooLong("body");
    }
    return bytes;
  }

  /// The next line, without its LF; null at the end.
  ///
  /// @throws ProtocolException if it is longer than [#BYTES_MAX], or the last one has no end
  byte @Nullable [] line() throws IOException {
    var line = new ByteArrayOutputStream(128);
    for (int octet = read(); octet >= 0; octet = read()) {
      if (octet == '\n') {
        return line.toByteArray();
      }
      if (line.size() == BYTES_MAX) {
        throw tooLong("line");
      }
      line.write(octet);
    }
    if (line.size() > 0) {
      throw new ProtocolException("the last line has no end");
    }
    return null;
  }

  private static ProtocolException tooLong(String what) {
    return new ProtocolException(
        "a %s of more than the %d bytes that are allowed".formatted(what, BYTES_MAX));
  }
}
