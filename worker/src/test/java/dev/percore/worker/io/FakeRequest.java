package dev.percore.worker.io;

import dev.percore.worker.api.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request made by hand. Its path is taken as given: not decoded, not normalised.
public record FakeRequest(String method, String path, String rawQuery, List<String[]> fields)
    implements Request {

  public static FakeRequest get(String path) {
    return new FakeRequest("GET", path, "", List.of());
  }

  public FakeRequest withMethod(String other) {
    return new FakeRequest(other, path, rawQuery, fields);
  }

  public FakeRequest withQuery(String query) {
    return new FakeRequest(method, path, query, fields);
  }

  public FakeRequest with(String name, String value) {
    List<String[]> more = new ArrayList<>(fields);
    more.add(new String[] {name, value});
    return new FakeRequest(method, path, rawQuery, more);
  }

  @Override
  public String rawPath() {
    return path;
  }

  @Override
  public Map<String, List<String>> query() {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : rawQuery.isEmpty() ? List.<String>of() : List.of(rawQuery.split("&", -1))) {
      int equals = pair.indexOf('=');
      String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      query.computeIfAbsent(pair.substring(0, equals), _ -> new ArrayList<>()).add(value);
    }
    return query;
  }

  @Override
  public @Nullable String header(String name) {
    List<String> all = headers(name);
    return all.isEmpty() ? null : all.getFirst();
  }

  @Override
  public List<String> headers(String name) {
    return fields.stream().filter(f -> f[0].equalsIgnoreCase(name)).map(f -> f[1]).toList();
  }

  @Override
  public byte[] body() {
    return new byte[0];
  }

  @Override
  public String remoteAddress() {
    return "192.0.2.1";
  }
}
