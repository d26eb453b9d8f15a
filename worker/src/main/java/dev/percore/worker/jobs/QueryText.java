package dev.percore.worker.jobs;

import dev.percore.protocol.peer.PeerMessage.Field;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The parameters of a call as one text, in the form in which the store of jobs has them.
final class QueryText {
  private QueryText() {}

  /// The one text for these parameters, in their order.
  static String encode(Map<String, List<String>> query) {
    return query.entrySet().stream()
        .flatMap(entry -> entry.getValue().stream().map(value -> pair(entry.getKey(), value)))
        .collect(Collectors.joining("&"));
  }

  /// Reads what [#encode] has written.
  static List<Field> decode(String query) {
    List<Field> fields = new ArrayList<>();
    if (!query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        fields.add(
            new Field(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1))));
      }
    }
    return fields;
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
