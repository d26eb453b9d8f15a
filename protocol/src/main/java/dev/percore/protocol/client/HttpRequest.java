package dev.percore.protocol.client;

/// A request.
///
/// @param contentType of the body; empty if there is no body
/// @param body not to be changed
record HttpRequest(String method, String target, String contentType, byte[] body) {

  static HttpRequest get(String target) {
    return new HttpRequest("GET", target, "", new byte[0]);
  }

  /// The line and the fields that go before the body.
  String head(String authority) {
    String content = contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n";
    return "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n"
        .formatted(method, target, authority, body.length, content);
  }
}
