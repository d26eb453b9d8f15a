package dev.percore.worker.calc.map;

import dev.percore.worker.api.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A POST of a map.
record FakeRequest(String rawQuery, String contentType, @Nullable String accept, byte[] body)
    implements Request {
  @Override
  public String method() {
    return "POST";
  }

  @Override
  public String path() {
    return "/calc/square/map";
  }

  @Override
  public String rawPath() {
    return path();
  }

  @Override
  public Map<String, List<String>> query() {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : rawQuery.isEmpty() ? new String[0] : rawQuery.split("&", -1)) {
      query.put(pair.split("=", 2)[0], List.of(pair.split("=", 2)[1]));
    }
    return query;
  }

  @Override
  public @Nullable String header(String name) {
    return switch (name) {
      case "Content-Type" -> contentType;
      case "Accept" -> accept;
      default -> null;
    };
  }

  @Override
  public List<String> headers(String name) {
    String value = header(name);
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public String remoteAddress() {
    return "192.0.2.1";
  }
}
