package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;

/// Where the log goes at present. Loggers know this one alone: one that they had looked up before
/// it was taken away and stopped would drop the entry. Thread-safe.
final class LogTarget extends AppenderBase<ILoggingEvent> {
  private Appender<ILoggingEvent> present;

  /// @param first started; stopped by this object, as all that follow
  LogTarget(Appender<ILoggingEvent> first) {
    this.present = first;
  }

  /// Entries go there from now on, and each to one of the two.
  synchronized void change(Appender<ILoggingEvent> next) {
    present.stop();
    present = next;
  }

  @Override
  protected void append(ILoggingEvent event) { // holds the lock of this object
    present.doAppend(event);
  }

  @Override
  public synchronized void stop() {
    super.stop();
    present.stop();
  }
}
