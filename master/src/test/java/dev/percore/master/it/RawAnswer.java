package dev.percore.master.it;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// An HTTP answer, read octet by octet.
///
/// @param headers the field lines as sent
record RawAnswer(int status, List<String> headers, byte[] body) {
  private static final String STATUS_LINE = "HTTP/1\\.1 [1-5][0-9]{2} [ -~]*";

  /// Reads one answer and not an octet more.
  ///
  /// @param bodyless whether there is no body whatever the headers say: the answer to a HEAD
  static RawAnswer read(InputStream in, boolean bodyless) throws IOException {
    String statusLine = readLine(in);
    if (!statusLine.matches(STATUS_LINE)) {
      throw new IOException("not a status line: " + statusLine);
    }
    List<String> headers = new ArrayList<>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      headers.add(line);
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    var head = new RawAnswer(status, List.copyOf(headers), new byte[0]);
    if (bodyless || status < 200 || status == 204 || status == 304) {
      return head;
    }
    int length = Integer.parseInt(head.header("Content-Length"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body ends after %d of %d bytes".formatted(body.length, length));
    }
    return new RawAnswer(status, head.headers(), body);
  }

  /// The value of the field of that name, or an empty text. More than one is an error.
  String header(String name) {
    List<String> values =
        headers.stream()
            .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
            .map(line -> line.substring(name.length() + 1).strip())
            .toList();
    if (values.size() > 1) {
      throw new IllegalStateException(values.size() + " fields " + name + " in " + headers);
    }
    return values.isEmpty() ? "" : values.getFirst();
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  JsonNode json() {
    return Json.parse(text());
  }

  /// The process that answered a call of `/calc`.
  long pid() {
    return json().at("/worker/pid").asLong();
  }

  @Override
  public String toString() {
    return status + " " + headers + " " + text();
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      if (octet == '\n') {
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
          throw new IOException("a line without CR: " + line);
        }
        return line.substring(0, line.length() - 1);
      }
      line.append((char) octet);
    }
  }
}
