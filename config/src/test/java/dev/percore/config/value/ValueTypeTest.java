package dev.percore.config.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {

  private enum Colour {
    RED,
    DARK_BLUE
  }

  private static final Path HOME = Path.of("/opt/percore");
  private static final WholeNumber PORT = new WholeNumber(0, 65535);
  private static final WholeNumber NICE = new WholeNumber(-20, 0);
  private static final SizeValue SIZE = new SizeValue(1024, 64L << 30);
  private static final TimeSpan SPAN = new TimeSpan(Duration.ofMillis(10), Duration.ofHours(24));
  private static final TextList LIST = new TextList(3);
  private static final OptionalPath OPTIONAL = new OptionalPath(List.of("", "-"), "nothing");
  private static final Choice<Colour> CHOICE = new Choice<>(List.of(Colour.values()));

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "8080,8080", "65535,65535"})
  void readsWholeNumbers(String text, int number) {
    assertThat(PORT.parse(text, HOME)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({"-20,-20", "-5,-5", "0,0"})
  void readsNegativeNumbersWhereTheyAreAllowed(String text, int number) {
    assertThat(NICE.parse(text, HOME)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-21", "1", "-0", "-05", "--5", "-"})
  void refusesOtherNegativeNumbers(String text) {
    assertThat(NICE.parse(text, HOME)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "65536",
        "99999999999999999999",
        "08",
        "+1",
        "1.0",
        "1_000",
        "0x10",
        " 1",
        "1 ",
        "one",
        "١"
      })
  void refusesWhatIsNoWholeNumberInRange(String text) {
    assertThat(PORT.parse(text, HOME)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"auto,3,3", "auto,0,1", "auto,1000,256", "7,3,7"})
  void resolvesAutoWithinTheRange(String text, int automatic, int number) {
    AutoNumber type = new AutoNumber(new WholeNumber(1, 256), () -> automatic);

    assertThat(type.parse(text, HOME)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AUTO", "0", "257", "automatic"})
  void refusesWhatIsNeitherAutoNorNumber(String text) {
    assertThat(new AutoNumber(new WholeNumber(1, 256), () -> 2).parse(text, HOME)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 1024, 1k",
    "1025, 1025, 1025",
    "8k, 8192, 8k",
    "8K, 8192, 8k",
    "8KiB, 8192, 8k",
    "8192, 8192, 8k",
    "1024k, 1048576, 1m",
    "64MiB, 67108864, 64m",
    "1m, 1048576, 1m",
    "2g, 2147483648, 2g",
    "64GIB, 68719476736, 64g"
  })
  void readsSizes(String text, long bytes, String canonical) {
    assertThat(SIZE.parse(text, HOME)).isEqualTo(bytes);
    assertThat(SIZE.canonical(bytes)).isEqualTo(canonical);
    assertThat(text).matches(SizeValue.PATTERN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "k",
        "1023",
        "65g",
        "8kb",
        "8MB",
        "8 k",
        "1.5m",
        "-8k",
        "08k",
        "8t",
        "999999999999999g"
      })
  void refusesWhatIsNoSizeInRange(String text) {
    assertThat(SIZE.parse(text, HOME)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "10ms, 10, 10ms",
    "500ms, 500, 500ms",
    "1000ms, 1000, 1s",
    "2s, 2000, 2s",
    "60s, 60000, 1m",
    "90s, 90000, 90s",
    "1m, 60000, 1m",
    "24h, 86400000, 24h"
  })
  void readsDurations(String text, long millis, String canonical) {
    Duration duration = Duration.ofMillis(millis);

    assertThat(SPAN.parse(text, HOME)).isEqualTo(duration);
    assertThat(SPAN.canonical(duration)).isEqualTo(canonical);
    assertThat(text).matches(TimeSpan.PATTERN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ms",
        "9ms",
        "25h",
        "5",
        "1d",
        "1 s",
        "1S",
        "1.5s",
        "-1s",
        "01s",
        "0s",
        "999999999999h"
      })
  void refusesWhatIsNoDurationInRange(String text) {
    assertThat(SPAN.parse(text, HOME)).isNull();
  }

  @Test
  void writesNoTimeAtAll() {
    TimeSpan type = new TimeSpan(Duration.ZERO, Duration.ofSeconds(1));

    assertThat(type.canonical(Duration.ZERO)).isEqualTo("0ms");
    assertThat(type.parse("0ms", HOME)).isEqualTo(Duration.ZERO);
    assertThat(type.parse("0s", HOME)).isEqualTo(Duration.ZERO);
  }

  @Test
  void readsFlags() {
    assertThat(new Flag().parse("true", HOME)).isTrue();
    assertThat(new Flag().parse("false", HOME)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "True", "yes", "no", "on", "off", "1", "0"})
  void refusesWhatIsNoFlag(String text) {
    assertThat(new Flag().parse(text, HOME)).isNull();
  }

  @Test
  void readsChoicesInLowerCaseWithDashes() {
    assertThat(CHOICE.parse("dark-blue", HOME)).isEqualTo(Colour.DARK_BLUE);
    assertThat(CHOICE.words()).containsExactly("red", "dark-blue");
    assertThat(CHOICE.allowed()).isEqualTo("one of red, dark-blue");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RED", "green", "dark_blue"})
  void refusesOtherWords(String text) {
    assertThat(CHOICE.parse(text, HOME)).isNull();
  }

  @Test
  void readsTextsOfTheirForm() {
    Text type = new Text(Pattern.compile("^a+$"), "letters a");

    assertThat(type.parse("aaa", HOME)).isEqualTo("aaa");
    assertThat(type.parse("aab", HOME)).isNull();
    assertThat(type.parse("a\n", HOME)).isNull();
    assertThat(type.parse("a".repeat(1025), HOME)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "127.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "2001:db8::17",
        "::ffff:10.0.0.1"
      })
  void readsAddresses(String text) {
    assertThat(new IpAddress().parse(text, HOME)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "example.org",
        "127.1",
        "1",
        "256.0.0.1",
        "127.0.0.01",
        "1.2.3.4.5",
        ":",
        "[::1]",
        "fe80::1%eth0",
        "::1::",
        "12345::",
        "0x7f.0.0.1",
        "127.0.0.1 ",
        "cafe"
      })
  void refusesWhatIsNoAddressInDigits(String text) {
    assertThat(new IpAddress().parse(text, HOME)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "run, /opt/percore/run",
    "./run/, /opt/percore/run",
    "../other, /opt/other",
    "/var/run/percore, /var/run/percore",
    "a b, /opt/percore/a b"
  })
  void readsPathsFromHome(String text, String path) {
    assertThat(new RequiredPath().parse(text, HOME)).isEqualTo(Path.of(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\u0000b", "a\nb"})
  void refusesWhatIsNoPath(String text) {
    assertThat(new RequiredPath().parse(text, HOME)).isNull();
  }

  @Test
  void refusesAPathOfEndlessLength() {
    assertThat(new RequiredPath().parse("a".repeat(4097), HOME)).isNull();
  }

  @Test
  void readsNoPathFromItsWords() {
    assertThat(OPTIONAL.parse("", HOME)).isEmpty();
    assertThat(OPTIONAL.parse("-", HOME)).isEmpty();
    assertThat(OPTIONAL.parse("x", HOME)).contains(HOME.resolve("x"));
    assertThat(OPTIONAL.parse(" ", HOME)).isNull();
    assertThat(OPTIONAL.canonical(Optional.empty())).isEmpty();
    assertThat(OPTIONAL.allowed()).endsWith("or \"\" or - for nothing");
  }

  @Test
  void readsListsFromWords() {
    assertThat(LIST.parse("", HOME)).isEmpty();
    assertThat(LIST.parse(" -Xa  -Xb\n\t-Xc\r\n", HOME)).containsExactly("-Xa", "-Xb", "-Xc");
    assertThat(LIST.parse("-Da=b\\ c -De=\\d -Df=\\\\", HOME))
        .containsExactly("-Da=b c", "-De=\\d", "-Df=\\");
  }

  @Test
  void refusesListsThatAreTooLongOrHoldWhatIsNoItem() {
    assertThat(LIST.parse("a b c d", HOME)).isNull();
    assertThat(LIST.parse("a\u0007", HOME)).isNull();
    assertThat(LIST.parse("\\ ", HOME)).isNull();
    assertThat(LIST.parse("a".repeat(4097), HOME)).isNull();
  }

  @Test
  void writesListsSoThatTheyReadBack() {
    List<String> items = List.of("-Da=b c", "\\", "x\\ y");

    assertThat(LIST.parse(LIST.canonical(items), HOME)).isEqualTo(items);
  }
}
