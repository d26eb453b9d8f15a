package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The appender of the log for good; where it writes to may change. Were appenders themselves
/// changed, a logger could still hold one that has just been stopped, and its entry would be
/// dropped. Thread-safe.
final class LogTarget extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private Appender<ILoggingEvent> present;

  /// @param first started; it and those that follow are stopped by this object
  LogTarget(Appender<ILoggingEvent> first) {
    this.present = first;
  }

  /// Entries go there from now on, and each to one of the two.
  void change(Appender<ILoggingEvent> next) {
    lock.writeLock().lock();
    try {
      present.stop();
      present = next;
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    lock.readLock().lock();
    try {
      present.doAppend(event);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void stop() {
    lock.writeLock().lock();
    try {
      super.stop();
      present.stop();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
