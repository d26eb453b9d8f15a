package dev.percore.worker.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/// Dates as HTTP writes them (RFC 9110, section 5.6.7), to the second.
public final class HttpDate {
  private static final DateTimeFormatter IMF_FIXDATE = formatter("EEE, dd MMM yyyy HH:mm:ss 'GMT'");

  // Beside it two obsolete forms that a server must still understand: RFC 850 and asctime.
  private static final DateTimeFormatter ANY_FORM =
      new DateTimeFormatterBuilder()
          .appendOptional(IMF_FIXDATE)
          .appendOptional(
              new DateTimeFormatterBuilder()
                  .appendPattern("EEEE, dd-MMM-")
                  .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.EPOCH)
                  .appendPattern(" HH:mm:ss 'GMT'")
                  .toFormatter(Locale.ENGLISH))
          .appendOptional(formatter("EEE MMM ppd HH:mm:ss yyyy"))
          .toFormatter(Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private HttpDate() {}

  /// The date in the form of today.
  public static String format(Instant instant) {
    return IMF_FIXDATE.format(instant);
  }

  /// The date, or empty when the text is none: such a field is to be ignored.
  public static Optional<Instant> parse(String text) {
    try {
      return Optional.of(ANY_FORM.parse(text, Instant::from));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }
}
