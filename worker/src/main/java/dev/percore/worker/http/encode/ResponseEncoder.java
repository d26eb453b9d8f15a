package dev.percore.worker.http.encode;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.HttpDate;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encodes the heads of responses. What is the same in many answers is rendered once: the status
/// lines, Server with Date once a second, and the head of a response that is sent again and again.
/// For one thread.
public final class ResponseEncoder {
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONNECTION_CLOSE = ascii("Connection: close\r\n");
  private static final byte[] CONNECTION_KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final int DIGITS_MAX = 20;

  /// Responses with longer bodies are not kept alive to be known again.
  private static final int KNOWN_BODY_MAX = 16 << 10;

  private byte[] bytes = new byte[1024];
  private int size;
  private byte[] serverAndDate = new byte[0];
  private long dateSecond = -1;
  private @Nullable Response last;
  private Persistence lastPersistence = Persistence.IMPLIED;

  /// What an answer says about the life of its connection.
  public enum Persistence {
    /// Nothing: HTTP/1.1 goes on by default.
    IMPLIED,
    /// `keep-alive`, for HTTP/1.0.
    KEEP_ALIVE,
    /// `close`
    CLOSE
  }

  /// Whether answers of that status have content at all.
  public static boolean hasContent(int status) {
    return status != 204 && status != 205 && status != 304;
  }

  /// Sets the clock for the Date header. Call it at least once a second.
  public void setTime(long epochMillis) {
    long second = Math.floorDiv(epochMillis, 1000L);
    if (second != dateSecond) {
      dateSecond = second;
      last = null;
      serverAndDate =
          ascii(
              "Server: percore\r\nDate: "
                  + HttpDate.format(Instant.ofEpochSecond(second))
                  + "\r\n");
    }
  }

  /// Appends the head of the response to the buffer, with the length of its body, but not the body.
  public void encodeHead(Response response, Persistence persistence, ByteBuf out) {
    if (isLast(response) && persistence == lastPersistence) {
      out.writeBytes(bytes, 0, size); // it is still there
      return;
    }
    begin(response);
    // RFC 9110, section 8.6: none in a 204; in a 304 it would speak of another answer.
    if (response.status() != 204 && response.status() != 304) {
      append(CONTENT_LENGTH);
      append(hasContent(response.status()) ? response.body().length() : 0L);
      append('\r', '\n');
    }
    finish(persistence, out);
    last = response.body().length() <= KNOWN_BODY_MAX ? response : null;
    lastPersistence = persistence;
  }

  // The same object: to compare contents would cost as much as to render them.
  @SuppressWarnings("ReferenceEquality")
  private boolean isLast(Response response) {
    return response == last;
  }

  /// Appends the head of a response whose length nobody knows yet.
  ///
  /// @param chunked whether the body comes in chunks; otherwise it ends with the connection
  public void encodeStreamHead(
      Response head, Persistence persistence, boolean chunked, ByteBuf out) {
    begin(head);
    if (chunked) {
      append(CHUNKED);
    }
    finish(persistence, out);
  }

  private void begin(Response response) {
    last = null;
    size = 0;
    append(StatusLines.of(response.status()));
    append(serverAndDate);
    List<Response.Header> headers = response.headers();
    for (int i = 0; i < headers.size(); i++) {
      Response.Header header = headers.get(i);
      append(header.name());
      append(':', ' ');
      append(header.value());
      append('\r', '\n');
    }
  }

  private void finish(Persistence persistence, ByteBuf out) {
    switch (persistence) {
      case IMPLIED -> {}
      case KEEP_ALIVE -> append(CONNECTION_KEEP_ALIVE);
      case CLOSE -> append(CONNECTION_CLOSE);
    }
    append('\r', '\n');
    out.writeBytes(bytes, 0, size);
  }

  private void append(byte[] more) {
    makeRoom(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  // Names and values of headers are Latin-1, as Response.Header checks; this call is made for such
  // text, deprecated for others, and the quickest.
  @SuppressWarnings("deprecation")
  private void append(String text) {
    makeRoom(text.length());
    text.getBytes(0, text.length(), bytes, size);
    size += text.length();
  }

  private void append(char first, char second) {
    makeRoom(2);
    bytes[size++] = (byte) first;
    bytes[size++] = (byte) second;
  }

  private void append(long number) {
    makeRoom(DIGITS_MAX);
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = size + digits - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  private void makeRoom(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
