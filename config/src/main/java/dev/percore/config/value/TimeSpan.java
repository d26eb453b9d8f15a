package dev.percore.config.value;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A duration of whole milliseconds, seconds, minutes or hours: `500ms`, `2s`, `1m`, `1h`. A
/// number without a unit is refused, since nobody can tell what it means.
///
/// @param min shortest duration allowed
/// @param max longest duration allowed
public record TimeSpan(Duration min, Duration max) implements ValueType<Duration> {

  /// What may be written, as a regular expression that a JSON Schema can hold.
  public static final String PATTERN = "^(0|[1-9][0-9]{0,11})(ms|s|m|h)$";

  private static final Scale SCALE =
      new Scale(
          Pattern.compile("(0|[1-9][0-9]{0,11})(ms|s|m|h)"),
          List.of(
              new Scale.Unit(3_600_000, List.of("h")),
              new Scale.Unit(60_000, List.of("m")),
              new Scale.Unit(1_000, List.of("s")),
              new Scale.Unit(1, List.of("ms"))));

  @Override
  public @Nullable Duration parse(String text, Path home) {
    Long millis = SCALE.parse(text, min.toMillis(), max.toMillis());
    return millis == null ? null : Duration.ofMillis(millis);
  }

  @Override
  public String canonical(Duration value) {
    return SCALE.canonical(value.toMillis());
  }

  @Override
  public String label() {
    return "duration";
  }

  @Override
  public String allowed() {
    return "a duration from " + canonical(min) + " to " + canonical(max) + " (units: ms, s, m, h)";
  }
}
