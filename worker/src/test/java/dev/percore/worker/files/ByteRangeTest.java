package dev.percore.worker.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.files.ByteRange.Slice;
import dev.percore.worker.files.ByteRange.Unsatisfiable;
import dev.percore.worker.files.ByteRange.Whole;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 10, 0, 0",
    "bytes=0-9, 10, 0, 9",
    "bytes=0-, 10, 0, 9",
    "bytes=9-, 10, 9, 9",
    "bytes=3-5, 10, 3, 5",
    "bytes=3-99, 10, 3, 9",
    "BYTES=3-5, 10, 3, 5",
    "bytes= 3-5 , 10, 3, 5",
    "bytes=-1, 10, 9, 9",
    "bytes=-10, 10, 0, 9",
    "bytes=-11, 10, 0, 9",
    "bytes=000-0003, 10, 0, 3",
    "bytes=5-99999999999999999999999999999, 10, 5, 9",
    "bytes=-99999999999999999999999999999, 10, 0, 9",
    "bytes=9223372036854775806-, 9223372036854775807, 9223372036854775806, 9223372036854775806",
  })
  void takesOneRange(String header, long length, long first, long last) {
    assertThat(ByteRange.of(header, length)).isEqualTo(new Slice(first, last));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=10-, 10",
    "bytes=10-20, 10",
    "bytes=0-, 0",
    "bytes=0-0, 0",
    "bytes=-0, 10",
    "bytes=-0, 0",
    "bytes=9223372036854775807-, 9223372036854775807",
    "bytes=99999999999999999999-99999999999999999999, 10",
  })
  void refusesARangeWithoutAnyByte(String header, long length) {
    assertThat(ByteRange.of(header, length)).isInstanceOf(Unsatisfiable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5",
        "bytes=a-b",
        "bytes=5-3",
        "bytes=+1-3",
        "bytes=1-+3",
        "bytes=--3",
        "bytes=1-2-3",
        "bytes=1 - 3",
        "bytes=0x1-3",
        "bytes=١-٣",
        "lines=1-3",
        "bytes=0-1,3-4",
        "bytes=0-0,",
        "bytes=,0-0",
        "bytes=0-,0-,0-,0-,0-",
      })
  void ignoresWhatIsNoSingleRange(String header) {
    assertThat(ByteRange.of(header, 10)).isInstanceOf(Whole.class);
  }

  @Property
  void anyTextOverAnyLengthGivesAValidAnswer(
      @ForAll("fields") String header, @ForAll @LongRange(min = 0) long length) {
    switch (ByteRange.of(header, length)) {
      case Whole _ -> assertThat(length).isNotNegative();
      case Unsatisfiable _ -> assertThat(header).containsIgnoringCase("bytes=");
      case Slice slice -> {
        assertThat(slice.first()).isBetween(0L, slice.last());
        assertThat(slice.last()).isLessThan(length);
        assertThat(slice.length()).isBetween(1L, length);
      }
    }
  }

  @Property
  void aRangeInsideOfTheFileIsTakenAsItIs(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 1) long a,
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 1) long b,
      @ForAll @LongRange(min = 1) long c) {
    long first = Math.min(a, b);
    long last = Math.max(a, b);
    long length = Math.max(c, last + 1);
    assertThat(ByteRange.of("bytes=" + first + '-' + last, length))
        .isEqualTo(new Slice(first, last));
  }

  @Provide
  Arbitrary<String> fields() {
    Arbitrary<String> number =
        Arbitraries.oneOf(
            Arbitraries.longs().greaterOrEqual(0).map(String::valueOf),
            Arbitraries.strings().numeric().ofMaxLength(25),
            Arbitraries.of("", "0", "-1", "x"));
    Arbitrary<String> range = Combinators.combine(number, number).as((a, b) -> a + '-' + b);
    return Arbitraries.oneOf(
        range.map(spec -> "bytes=" + spec),
        range.list().ofMinSize(2).ofMaxSize(4).map(all -> "bytes=" + String.join(", ", all)),
        Arbitraries.strings().ofMaxLength(20),
        Arbitraries.strings().withChars("bytes=-0129, ").ofMaxLength(20));
  }
}
