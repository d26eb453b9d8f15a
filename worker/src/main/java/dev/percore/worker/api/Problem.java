package dev.percore.worker.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A problem document (RFC 9457), for answers with a status of 4xx or 5xx.
///
/// @param status HTTP status
/// @param type last segment of the problem's type, such as `parameter-out-of-range`; the document's
///     `type` is `/problems/` and this
/// @param title short, the same for each occurrence
/// @param detail this occurrence, for a human
/// @param members further members: String, Boolean, Number, List or Map
public record Problem(
    int status, String type, String title, String detail, Map<String, Object> members) {

  public Problem {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  public static Problem of(int status, String type, String title, String detail) {
    return new Problem(status, type, title, detail, Map.of());
  }
}
