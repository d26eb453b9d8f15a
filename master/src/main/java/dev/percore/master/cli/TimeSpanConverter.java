package dev.percore.master.cli;

import dev.percore.config.value.TimeSpan;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations on the command line look like those in the configuration file.
final class TimeSpanConverter implements ITypeConverter<Duration> {
  private static final TimeSpan RANGE = new TimeSpan(Duration.ZERO, Duration.ofDays(1));

  @Override
  public Duration convert(String text) {
    Duration duration = RANGE.parse(text, Path.of(""));
    if (duration == null) {
      throw new TypeConversionException("found '%s', allowed: %s".formatted(text, RANGE.allowed()));
    }
    return duration;
  }
}
