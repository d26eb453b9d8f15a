package dev.percore.protocol.client;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads answers as RFC 9112 has them, and refuses what could be read in two ways. For one thread.
final class AnswerReader {
  private static final int FIELDS_MAX = 100;
  private static final int INTERIM_MAX = 8;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");

  private final HttpInput input;

  AnswerReader(HttpInput input) {
    this.input = input;
  }

  /// The next final answer, up to its body; interim ones are passed over.
  ///
  /// @param atEnd run when its body has been read
  /// @throws ProtocolException if it is not HTTP as it should be
  HttpAnswer next(Runnable atEnd) throws IOException {
    for (int i = 0; i < INTERIM_MAX; i++) {
      int status = status(input.line());
      Map<String, String> fields = fields();
      if (status >= 200) {
        return new HttpAnswer(status, fields, body(status, fields, atEnd));
      }
    }
    throw new ProtocolException("more than " + INTERIM_MAX + " interim answers");
  }

  private static int status(String line) throws ProtocolException {
    Matcher matcher = STATUS.matcher(line);
    if (!matcher.matches()) {
      throw new ProtocolException("no status line: " + HttpInput.shortened(line));
    }
    return Integer.parseInt(matcher.group(1));
  }

  private Map<String, String> fields() throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (int count = 0; ; count++) {
      String line = input.line();
      if (line.isEmpty()) {
        return fields;
      }
      Matcher matcher = FIELD.matcher(line);
      if (!matcher.matches() || count == FIELDS_MAX) {
        throw new ProtocolException("no field, or one too many: " + HttpInput.shortened(line));
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      String former = fields.put(name, matcher.group(2));
      if (former != null && (name.equals("content-length") || name.equals("transfer-encoding"))) {
        throw new ProtocolException(name + " comes twice");
      }
    }
  }

  private HttpBody body(int status, Map<String, String> fields, Runnable atEnd)
      throws ProtocolException {
    String length = fields.get("content-length");
    String coding = fields.get("transfer-encoding");
    if (status == 204 || status == 304) {
      return HttpBody.ofLength(input, 0, atEnd);
    }
    if (coding != null) {
      if (length != null || !coding.equalsIgnoreCase("chunked")) {
        throw new ProtocolException(
            "the body's length is not clear: " + HttpInput.shortened(coding));
      }
      return HttpBody.inChunks(input, atEnd);
    }
    if (length == null || !LENGTH.matcher(length).matches()) {
      throw new ProtocolException("the body has no length that could be read: " + length);
    }
    return HttpBody.ofLength(input, Long.parseLong(length), atEnd);
  }
}
