package dev.percore.config;

import org.jspecify.annotations.Nullable;

/// One thing that is wrong with the configuration.
///
/// @param source the file, the name of an environment variable, or `--set`
/// @param line line in the file from 1, or 0 where there is none
/// @param key the setting's full key, or empty when the problem concerns the whole source
/// @param found what stands there, as it is to be shown: `"80800"`, `a list`
/// @param allowed what may stand there
/// @param didYouMean the name that was probably meant, if one comes near
public record ConfigProblem(
    String source,
    int line,
    String key,
    String found,
    String allowed,
    @Nullable String didYouMean) {

  /// Makes a problem without a guess at what was meant.
  public ConfigProblem(String source, int line, String key, String found, String allowed) {
    this(source, line, key, found, allowed, null);
  }

  /// One line, such as `conf/percore.yaml:7: listen.port: found "80800", allowed: a whole number
  /// from 0 to 65535`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(source);
    if (line > 0) {
      text.append(':').append(line);
    }
    if (!key.isEmpty()) {
      text.append(": ").append(key);
    }
    text.append(": found ").append(found).append(", allowed: ").append(allowed);
    if (didYouMean != null) {
      text.append("; did you mean ").append(didYouMean).append('?');
    }
    return text.toString();
  }
}
