package dev.percore.worker.calc;

import dev.percore.worker.api.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A request without a connection.
record FakeRequest(
    String method,
    String path,
    Map<String, List<String>> query,
    @Nullable String contentType,
    byte[] body,
    List<String> preferences)
    implements Request {

  FakeRequest(
      String method,
      String path,
      Map<String, List<String>> query,
      @Nullable String contentType,
      byte[] body) {
    this(method, path, query, contentType, body, List.of());
  }

  FakeRequest preferring(String... fields) {
    return new FakeRequest(method, path, query, contentType, body, List.of(fields));
  }

  static FakeRequest get(String path, Map<String, List<String>> query) {
    return new FakeRequest("GET", path, query, null, new byte[0]);
  }

  static FakeRequest get(String path, String query) {
    return get(
        path,
        Arrays.stream(query.split("&", -1))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> List.of(pair[1]))));
  }

  static FakeRequest post(String path, @Nullable String contentType, String body) {
    return new FakeRequest(
        "POST", path, Map.of(), contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String rawPath() {
    return path;
  }

  @Override
  public String rawQuery() {
    return "";
  }

  @Override
  public @Nullable String header(String name) {
    return name.equalsIgnoreCase("Content-Type") ? contentType : null;
  }

  @Override
  public List<String> headers(String name) {
    if (name.equalsIgnoreCase("Prefer")) {
      return preferences;
    }
    String value = header(name);
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public String remoteAddress() {
    return "192.0.2.1";
  }
}
