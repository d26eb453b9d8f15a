package dev.percore.worker.calc;

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
      int distance = distance(name, candidate);
      if (distance < least && distance <= Math.max(1, (candidate.length() + 1) / 3)) {
        best = candidate;
        least = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /// The Levenshtein distance: letters inserted, left out or changed.
  private static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int j = 0; j < above.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[other.length()];
  }
}
