package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as ISO 8601 has them, with milliseconds and offset.
///
/// @param zone what the offset is taken from
record Timestamps(ZoneId zone) {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);

  static Timestamps local() {
    return new Timestamps(ZoneId.systemDefault());
  }

  String of(ILoggingEvent event) {
    return FORM.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone));
  }
}
