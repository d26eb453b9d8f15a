package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;

/// Hands a copy of each entry to somebody, whatever becomes of the log itself.
final class LogCopy extends AppenderBase<ILoggingEvent> {
  private final LineEncoder encoder;
  private final Consumer<byte[]> receiver;

  LogCopy(LineEncoder encoder, Consumer<byte[]> receiver) {
    this.encoder = encoder;
    this.receiver = receiver;
  }

  @Override
  protected void append(ILoggingEvent event) {
    receiver.accept(encoder.encode(event));
  }
}
