package dev.percore.config.value;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A size in bytes: `8192`, `8k`, `1m`, `64MiB`. The units are powers of 1024; `KB` and its like
/// are refused because half of the world reads 1000 there.
///
/// @param minBytes smallest size allowed
/// @param maxBytes largest size allowed
public record SizeValue(long minBytes, long maxBytes) implements ValueType<Long> {

  /// What may be written, as a regular expression that a JSON Schema can hold.
  public static final String PATTERN =
      "^(0|[1-9][0-9]{0,14})([kKmMgG]|[kK][iI][bB]|[mM][iI][bB]|[gG][iI][bB])?$";

  private static final Scale SCALE =
      new Scale(
          Pattern.compile("(0|[1-9][0-9]{0,14})((?i:[kmg](?:ib)?)?)"),
          List.of(
              new Scale.Unit(1L << 30, List.of("g", "gib")),
              new Scale.Unit(1L << 20, List.of("m", "mib")),
              new Scale.Unit(1L << 10, List.of("k", "kib")),
              new Scale.Unit(1, List.of(""))));

  @Override
  public @Nullable Long parse(String text, Path home) {
    return SCALE.parse(text, minBytes, maxBytes);
  }

  @Override
  public String canonical(Long value) {
    return SCALE.canonical(value);
  }

  @Override
  public String label() {
    return "size";
  }

  @Override
  public String allowed() {
    String range = SCALE.canonical(minBytes) + " to " + SCALE.canonical(maxBytes);
    return "a size from " + range + ", in bytes or with a unit (k, m, g)";
  }
}
