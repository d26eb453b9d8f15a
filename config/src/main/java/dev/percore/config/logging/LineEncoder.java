package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/// Makes the bytes of one entry. All of an entry is handed over at once, so that the appender
/// writes it with one call and the lines of several processes on one file do not mix.
abstract class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NONE = {};

  /// The entry, line end included.
  abstract String line(ILoggingEvent event);

  @Override
  public final byte[] encode(ILoggingEvent event) {
    return line(event).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public final byte[] headerBytes() {
    return NONE;
  }

  @Override
  public final byte[] footerBytes() {
    return NONE;
  }
}
