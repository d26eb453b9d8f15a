package dev.percore.worker.http.observe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The combined log format of Apache and nginx. Quotes, backslashes, control characters and all
/// that is not ASCII are escaped as `\xHH`, as nginx does, so that no client can forge a line.
final class CombinedFormat implements AccessFormat {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final DateTimeFormatter time;
  private final StringBuilder line = new StringBuilder();
  private long second = Long.MIN_VALUE;
  private String secondText = "";

  CombinedFormat(ZoneId zone) {
    time = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH).withZone(zone);
  }

  @Override
  public void write(AccessEntry entry, ByteArrayOutputStream out) {
    line.setLength(0);
    line.append(entry.remoteAddress()).append(" - - [").append(timeText(entry)).append("] \"");
    appendRequest(entry);
    line.append("\" ").append(entry.status()).append(' ').append(entry.bytes()).append(" \"");
    appendEscaped(entry.referer());
    line.append("\" \"");
    appendEscaped(entry.userAgent());
    line.append("\"\n");
    out.writeBytes(line.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private void appendRequest(AccessEntry entry) {
    appendEscaped(entry.method());
    if (entry.method() != null) {
      line.append(' ');
      appendEscaped(entry.target());
      line.append(' ').append(entry.protocol());
    }
  }

  private String timeText(AccessEntry entry) {
    long entrySecond = Math.floorDiv(entry.epochMillis(), 1000L);
    if (entrySecond != second) {
      second = entrySecond;
      secondText = time.format(Instant.ofEpochSecond(second));
    }
    return secondText;
  }

  private void appendEscaped(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      line.append('-');
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
        // Text of a request is Latin-1.
        line.append("\\x").append(HEX.toHexDigits((byte) c));
      } else {
        line.append(c);
      }
    }
  }
}
