package dev.percore.master.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An answer of the master on its control socket, read to the end of the connection.
record ControlAnswer(int status, String body) {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
  private static final Pattern CONTENT_LENGTH =
      Pattern.compile(
          "^content-length: *([0-9]{1,9}) *$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /// Takes a whole answer apart; an answer that breaks off is an error, not a shorter answer.
  static ControlAnswer parse(byte[] bytes) throws IOException {
    // One character for each byte, so that positions are those of the bytes.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) {
      throw new IOException("the connection ended before the answer's headers did");
    }
    String head = text.substring(0, headEnd).replace("\r\n", "\n");
    Matcher statusLine = STATUS_LINE.matcher(head.lines().findFirst().orElse(""));
    if (!statusLine.matches()) {
      throw new IOException("the answer is not HTTP");
    }
    int bodyStart = headEnd + 4;
    int bodyLength = bytes.length - bodyStart;
    Matcher contentLength = CONTENT_LENGTH.matcher(head);
    if (contentLength.find() && Integer.parseInt(contentLength.group(1)) != bodyLength) {
      throw new IOException(
          "the answer has %d bytes of %s".formatted(bodyLength, contentLength.group(1)));
    }
    return new ControlAnswer(
        Integer.parseInt(statusLine.group(1)),
        new String(bytes, bodyStart, bodyLength, StandardCharsets.UTF_8));
  }
}
