package dev.percore.worker.calc.map;

import dev.percore.worker.api.Problem;
import dev.percore.worker.calc.ProblemException;
import java.util.List;
import java.util.Map;

/// The problem documents for bodies that are no list of elements.
final class MapProblems {
  private static final int SHOWN_LENGTH_MAXIMUM = 100;

  private MapProblems() {}

  static ProblemException malformed(String detail) {
    return new ProblemException(Problem.of(400, "malformed-json", "Malformed JSON", detail));
  }

  static ProblemException unsupportedMediaType(String given) {
    String shown = given.substring(0, Math.min(given.length(), SHOWN_LENGTH_MAXIMUM));
    return new ProblemException(
        new Problem(
            415,
            "unsupported-media-type",
            "Unsupported media type",
            "The body must be application/json or application/x-ndjson, not '%s'.".formatted(shown),
            Map.of(
                "value", shown, "allowed", List.of("application/json", "application/x-ndjson"))));
  }
}
