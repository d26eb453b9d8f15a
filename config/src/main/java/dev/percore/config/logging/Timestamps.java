package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TimeZone;

/// Times as ISO 8601 has them, with milliseconds and offset.
///
/// @param zone what the offset is taken from; not a [java.time.ZoneId], with which a process that
///     starts would search all its jars for other rules of time zones
record Timestamps(TimeZone zone) {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);

  static Timestamps local() {
    return new Timestamps(TimeZone.getDefault());
  }

  String of(ILoggingEvent event) {
    long millis = event.getTimeStamp();
    int offsetSeconds = zone.getOffset(millis) / 1000; // offsets are of whole seconds
    return FORM.format(
        Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofTotalSeconds(offsetSeconds)));
  }
}
