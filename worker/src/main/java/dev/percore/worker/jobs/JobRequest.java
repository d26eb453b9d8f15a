package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.RunJob;
import dev.percore.worker.api.Request;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The request of a job, as it was accepted by whatever worker.
///
/// @param contentType of the body, or empty
record JobRequest(
    String method,
    String path,
    String rawQuery,
    Map<String, List<String>> query,
    String contentType,
    byte[] body)
    implements Request {

  static JobRequest of(RunJob order) {
    return new JobRequest(
        order.method(),
        "/calc/" + order.function(),
        order.query(),
        decode(order.query()),
        order.contentType(),
        order.body());
  }

  /// The parameters in the one form that [#decode] reads.
  static String encode(Map<String, List<String>> query) {
    return query.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().stream()
                    .map(
                        value ->
                            URLEncoder.encode(entry.getKey(), StandardCharsets.UTF_8)
                                + "="
                                + URLEncoder.encode(value, StandardCharsets.UTF_8)))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, List<String>> decode(String query) {
    Map<String, List<String>> decoded = new LinkedHashMap<>();
    if (!query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
        decoded
            .computeIfAbsent(name, _ -> new ArrayList<>())
            .add(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return decoded;
  }

  @Override
  public String rawPath() {
    return path;
  }

  @Override
  public @Nullable String header(String name) {
    return name.equalsIgnoreCase("Content-Type") && !contentType.isEmpty() ? contentType : null;
  }

  @Override
  public List<String> headers(String name) {
    String value = header(name);
    return value == null ? List.of() : List.of(value);
  }

  /// Jobs are one client to the lane, whoever has sent them.
  @Override
  public String remoteAddress() {
    return "jobs";
  }
}
