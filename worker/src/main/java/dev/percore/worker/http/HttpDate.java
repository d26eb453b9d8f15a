package dev.percore.worker.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Dates as HTTP writes them (RFC 9110, section 5.6.7), to the second.
public final class HttpDate {
  private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  /// 1 January of the year 0, in seconds.
  private static final long FIRST = -62_167_219_200L;

  /// The last second of the year 9999.
  private static final long LAST = 253_402_300_799L;

  private HttpDate() {}

  /// The date in the form of today, which has the years 0 to 9999; what lies outside is taken for
  /// the nearest second that does not.
  public static String format(Instant instant) {
    // Not by a formatter, which looks for the names of days in all languages first: 10 ms of an
    // event loop that has its first answer to give.
    LocalDateTime date =
        LocalDateTime.ofEpochSecond(
            Math.clamp(instant.getEpochSecond(), FIRST, LAST), 0, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(29);
    text.append(DAYS.get(date.getDayOfWeek().getValue() - 1)).append(", ");
    twoDigits(text, date.getDayOfMonth()).append(' ');
    text.append(MONTHS.get(date.getMonthValue() - 1)).append(' ');
    twoDigits(text, date.getYear() / 100);
    twoDigits(text, date.getYear() % 100).append(' ');
    twoDigits(text, date.getHour()).append(':');
    twoDigits(text, date.getMinute()).append(':');
    return twoDigits(text, date.getSecond()).append(" GMT").toString();
  }

  /// The date, or empty when the text is none: such a field is to be ignored.
  public static Optional<Instant> parse(String text) {
    try {
      return Optional.of(Forms.ANY.parse(text, Instant::from));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static StringBuilder twoDigits(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /// Made when the first date is read.
  private static final class Forms {
    // Beside that of today two obsolete ones that a server must still understand: RFC 850 and
    // asctime.
    static final DateTimeFormatter ANY =
        new DateTimeFormatterBuilder()
            .appendOptional(formatter("EEE, dd MMM yyyy HH:mm:ss 'GMT'"))
            .appendOptional(
                new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.EPOCH)
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.ENGLISH))
            .appendOptional(formatter("EEE MMM ppd HH:mm:ss yyyy"))
            .toFormatter(Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static DateTimeFormatter formatter(String pattern) {
      return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }
  }
}
