package dev.percore.master.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// All that matters of a receiver's answer; its body is not read.
///
/// @param status 200 to 599
/// @param retryAfter the field of that name, or empty
record ResponseHead(int status, String retryAfter) {
  private static final int LENGTH_MAXIMUM = 16 * 1024;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
  private static final String RETRY_AFTER = "retry-after:";

  /// Reads as far as the end of the header fields of the final answer.
  ///
  /// @throws IOException if that is no HTTP, or too long
  static ResponseHead read(InputStream in) throws IOException {
    var lines = new Lines(in);
    while (true) {
      int status = status(lines.next());
      String retryAfter = "";
      for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
        if (line.toLowerCase(Locale.ROOT).startsWith(RETRY_AFTER)) {
          retryAfter = line.substring(RETRY_AFTER.length()).strip();
        }
      }
      if (status >= 200) {
        return new ResponseHead(status, retryAfter);
      }
    }
  }

  private static int status(String line) throws IOException {
    Matcher matcher = STATUS_LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IOException("the answer is no HTTP/1.1");
    }
    return Integer.parseInt(matcher.group(1));
  }

  /// Milliseconds that the receiver wants to be left alone; 0 if it has not said so.
  long retryAfterMillis(Instant now) {
    if (retryAfter.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(retryAfter)).toMillis();
    }
    try {
      Instant then =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.max(0, Duration.between(now, then).toMillis());
    } catch (DateTimeException | ArithmeticException _) {
      return 0; // no time that anybody could keep to
    }
  }

  /// The lines of the head, all together within a limit.
  private static final class Lines {
    private final InputStream in;
    private final byte[] buffer = new byte[1024];
    private int position;
    private int end;
    private int left = LENGTH_MAXIMUM;

    Lines(InputStream in) {
      this.in = in;
    }

    String next() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = read(); c != '\n'; c = read()) {
        line.append((char) c);
      }
      int length = line.length();
      return length > 0 && line.charAt(length - 1) == '\r'
          ? line.substring(0, length - 1)
          : line.toString();
    }

    private int read() throws IOException {
      if (position == end) {
        position = 0;
        end = in.read(buffer);
        if (end < 0) {
          end = 0;
          throw new IOException("the connection ended before the answer did");
        }
      }
      if (left-- == 0) {
        throw new IOException(
            "the answer's head is longer than %d bytes".formatted(LENGTH_MAXIMUM));
      }
      return buffer[position++] & 0xff;
    }
  }
}
