package dev.percore.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Finds the name that was probably meant.
final class Suggestion {

  private Suggestion() {}

  /// The nearest candidate by edit distance; failing that one whose last part is what was found,
  /// such as `listen.port` for `port`; null when none comes near.
  static @Nullable String nearest(String found, Collection<String> candidates) {
    int best = Math.max(2, found.length() / 4) + 1;
    String nearest = null;
    for (String candidate : candidates) {
      int distance = distance(found, candidate);
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest != null ? nearest : byLastPart(found, candidates);
  }

  private static @Nullable String byLastPart(String found, Collection<String> candidates) {
    return candidates.stream()
        .filter(candidate -> candidate.endsWith("." + found) || candidate.endsWith("_" + found))
        .findFirst()
        .orElse(null);
  }

  /// Levenshtein's distance: the insertions, deletions and substitutions from one to the other.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
