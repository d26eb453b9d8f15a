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
      int distance = EditDistance.between(found, candidate);
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
}
