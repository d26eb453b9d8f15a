package dev.percore.config.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;

/// An entry for the eye: time, level, process, pid, thread, logger, message, stack trace. Only an
/// entry's first line begins at the margin; what follows is indented and control characters are
/// escaped, so that no message can pass for an entry of its own.
final class TextEncoder extends LineEncoder {

  private static final int LEVEL_WIDTH = 5; // of the longest, ERROR

  private final String process;
  private final Timestamps timestamps;

  /// Makes the encoder of one process.
  ///
  /// @param label `master`, `worker-0` ...
  TextEncoder(String label, long pid, Timestamps timestamps) {
    this.process = label + " " + pid;
    this.timestamps = timestamps;
  }

  @Override
  String line(ILoggingEvent event) {
    String logger = event.getLoggerName();
    StringBuilder line = new StringBuilder(160).append(timestamps.of(event));
    String level = event.getLevel().toString();
    line.append(' ').append(level).repeat(' ', LEVEL_WIDTH - level.length());
    line.append(' ').append(process);
    line.append(" [").append(event.getThreadName()).append("] ");
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    appendEscaped(line, String.valueOf(event.getFormattedMessage())); // a message may be null
    if (event.getThrowableProxy() != null) {
      appendEscaped(
          line.append("\n\t"), ThrowableProxyUtil.asString(event.getThrowableProxy()).strip());
    }
    return line.append('\n').toString();
  }

  private static void appendEscaped(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line.append("\n\t");
      } else if (c != '\t' && Character.isISOControl(c)) {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
  }
}
