package dev.percore.worker.http.parse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parameters of a query (`application/x-www-form-urlencoded`).
final class QueryString {
  private QueryString() {}

  /// Decodes the parameters into an unmodifiable map, in order of first appearance.
  static Map<String, List<String>> parse(String query) throws RequestRejectedException {
    if (query.isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    int from = 0;
    while (from <= query.length()) {
      int ampersand = query.indexOf('&', from);
      int to = ampersand < 0 ? query.length() : ampersand;
      if (to > from) {
        int equals = query.indexOf('=', from, to);
        int nameEnd = equals < 0 ? to : equals;
        parameters
            .computeIfAbsent(
                PercentDecoder.decodeForm(query, from, nameEnd), _ -> new ArrayList<>(1))
            .add(PercentDecoder.decodeForm(query, Math.min(nameEnd + 1, to), to));
      }
      from = to + 1;
    }
    parameters.replaceAll((_, values) -> List.copyOf(values));
    return Collections.unmodifiableMap(parameters);
  }
}
