package dev.percore.worker.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One HTTP response. Immutable. Content-Length, Date, Connection and Server are added on its way
/// out, and refused here.
///
/// @param status 200 to 599
public record Response(int status, List<Header> headers, Body body) {

  /// A header field.
  public record Header(String name, String value) {
    /// @throws IllegalArgumentException for a name or value that cannot be sent, and for a header
    ///     that the server alone sets
    public Header {
      if (name.isEmpty() || !isToken(name)) {
        throw new IllegalArgumentException("not a header name: '" + name + "'");
      }
      if (isReserved(name)) {
        throw new IllegalArgumentException("the header " + name + " is set by the server alone");
      }
      if (!isText(value)) {
        throw new IllegalArgumentException(
            "the value of header " + name + " has a forbidden character");
      }
    }

    // Headers are made for each answer, so these are loops and no streams.
    // RFC 9110, section 5.6.2.
    private static boolean isToken(String name) {
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        boolean letterOrDigit =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
          return false;
        }
      }
      return true;
    }

    private static boolean isText(String value) {
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c != '\t' && (c < ' ' || c == 0x7f || c > 0xff)) {
          return false;
        }
      }
      return true;
    }

    private static boolean isReserved(String name) {
      return switch (name.length()) {
        case 4 -> name.equalsIgnoreCase("date");
        case 6 -> name.equalsIgnoreCase("server");
        case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
        case 14 -> name.equalsIgnoreCase("content-length");
        case 17 -> name.equalsIgnoreCase("transfer-encoding");
        default -> false;
      };
    }
  }

  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be 200 to 599, not " + status);
    }
    headers = List.copyOf(headers);
    Objects.requireNonNull(body, "a response needs a body, if only an empty one");
  }

  public static Response of(int status, String contentType, byte[] body) {
    return new Response(
        status, List.of(new Header("Content-Type", contentType)), new Body.Bytes(body));
  }

  public static Response text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static Response json(int status, byte[] json) {
    return of(status, "application/json", json);
  }

  /// The answer that carries a problem document, `application/problem+json`.
  public static Response problem(Problem problem) {
    return of(problem.status(), "application/problem+json", ProblemJson.encode(problem));
  }

  public static Response empty(int status) {
    return new Response(status, List.of(), Body.EMPTY);
  }

  /// A copy with one more header field.
  public Response with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Response(status, more, body);
  }
}
