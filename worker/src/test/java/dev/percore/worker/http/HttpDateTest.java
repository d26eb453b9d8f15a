package dev.percore.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  // The example of RFC 9110, section 5.6.7.
  private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");

  @Test
  void writesTheFormOfToday() {
    assertThat(HttpDate.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  @Property
  void writesWhatTheFormatterOfTheJdkDoes(
      @ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long second) {
    Instant instant = Instant.ofEpochSecond(second);
    assertThat(HttpDate.format(instant))
        .isEqualTo(
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(instant));
  }

  // As an administrator may have set the time of a file.
  @Test
  void keepsToFourDigitsOfAYear() {
    assertThat(HttpDate.format(Instant.MAX)).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
    assertThat(HttpDate.format(Instant.MIN)).isEqualTo("Sat, 01 Jan 0000 00:00:00 GMT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
      })
  void readsTheThreeFormsOfTheStandard(String text) {
    assertThat(HttpDate.parse(text)).contains(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "0",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT and more",
        "Sun, 99 Nov 1994 08:49:37 GMT",
      })
  void givesNothingForWhatIsNoDate(String text) {
    assertThat(HttpDate.parse(text)).isEmpty();
  }
}
