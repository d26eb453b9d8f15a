package dev.percore.worker.calc;

import dev.percore.config.EditDistance;
import java.util.Collection;
import java.util.Optional;

/// Finds what somebody who mistyped a name probably meant.
final class Suggestion {
  // Longer names are not compared: the work grows with the length, which the client chooses.
  private static final int COMPARED_LENGTH_MAXIMUM = 64;

  private Suggestion() {}

  /// ` Did you mean 'x'?`, with a space before it, or nothing.
  static String sentence(String name, Collection<String> known) {
    return closest(name, known).map(meant -> " Did you mean '" + meant + "'?").orElse("");
  }

  /// The known name that differs least, if it is close: about a third of its letters changed.
  static Optional<String> closest(String name, Collection<String> known) {
    if (name.length() > COMPARED_LENGTH_MAXIMUM) {
      return Optional.empty();
    }
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = EditDistance.between(name, candidate);
      if (distance < least && distance <= Math.max(1, (candidate.length() + 1) / 3)) {
        best = candidate;
        least = distance;
      }
    }
    return Optional.ofNullable(best);
  }
}
