package dev.percore.worker.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One HTTP response. Immutable. Content-Length, Date, Connection and Server are added on its way
/// out; do not set them here.
///
/// @param status 200 to 599
public record Response(int status, List<Header> headers, Body body) {

  /// A header field.
  public record Header(String name, String value) {
    public Header {
      if (name.isEmpty() || !name.chars().allMatch(Response::isTokenCharacter)) {
        throw new IllegalArgumentException("not a header name: '" + name + "'");
      }
      if (value.chars().anyMatch(c -> c != '\t' && (c < ' ' || c == 0x7f || c > 0xff))) {
        throw new IllegalArgumentException(
            "the value of header " + name + " has a forbidden character");
      }
    }
  }

  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status must be 200 to 599, not " + status);
    }
    headers = List.copyOf(headers);
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

  // RFC 9110, section 5.6.2.
  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
