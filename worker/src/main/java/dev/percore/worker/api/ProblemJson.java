package dev.percore.worker.api;

import dev.percore.worker.json.PlainJson;
import java.util.LinkedHashMap;
import java.util.Map;

/// The JSON form of a [Problem] (RFC 9457, section 3).
final class ProblemJson {
  private ProblemJson() {}

  /// The registered members first; none of the further ones can replace them.
  static byte[] encode(Problem problem) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "/problems/" + problem.type());
    document.put("title", problem.title());
    document.put("status", problem.status());
    document.put("detail", problem.detail());
    problem.members().forEach(document::putIfAbsent);
    return PlainJson.bytes(document);
  }
}
