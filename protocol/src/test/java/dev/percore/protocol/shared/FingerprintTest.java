package dev.percore.protocol.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private final SipHash key = new SipHash(1, 2);

  private Fingerprint fingerprint() {
    return new Fingerprint(key);
  }

  @Test
  void equalPiecesHaveEqualOnesUnderTheSameKeyAlone() {
    long one = fingerprint().text("count").whole(7).reals(List.of(1.0, 2.0)).value();
    assertThat(fingerprint().text("count").whole(7).reals(List.of(1.0, 2.0)).value())
        .isEqualTo(one);
    Fingerprint other = new Fingerprint(new SipHash(1, 3));
    assertThat(other.text("count").whole(7).reals(List.of(1.0, 2.0)).value()).isNotEqualTo(one);
  }

  @Test
  void whatLooksAlikeIsToldApart() {
    List<Long> all = new ArrayList<>();
    all.add(fingerprint().value());
    all.add(fingerprint().text("").value());
    all.add(fingerprint().text("").text("").value());
    all.add(fingerprint().text("ab").text("c").value());
    all.add(fingerprint().text("a").text("bc").value());
    all.add(fingerprint().text("abc").value());
    all.add(fingerprint().text("abc\0").value());
    all.add(fingerprint().whole(1).value());
    all.add(fingerprint().real(1).value());
    all.add(fingerprint().real(Double.longBitsToDouble(1)).value());
    all.add(fingerprint().reals(List.of(1.0)).value());
    all.add(fingerprint().reals(List.of()).reals(List.of(1.0)).value());
    all.add(fingerprint().reals(List.of(1.0)).reals(List.of()).value());
    assertThat(all).doesNotHaveDuplicates().doesNotContain(0L);
  }

  @Test
  void eachCharacterOfATextCounts() {
    Random random = new Random(7);
    for (int length = 1; length <= 13; length++) {
      char[] text = new char[length];
      for (int i = 0; i < length; i++) {
        text[i] = (char) random.nextInt(Character.MIN_SURROGATE);
      }
      Set<Long> seen = new HashSet<>();
      seen.add(fingerprint().text(new String(text)).value());
      for (int i = 0; i < length; i++) {
        text[i] = (char) (text[i] ^ 1);
        assertThat(seen.add(fingerprint().text(new String(text)).value())).isTrue();
        text[i] = (char) (text[i] ^ 1);
      }
    }
  }

  @Test
  void itsTextIsReadBack() {
    for (long value : new long[] {1, -1, 0xabcL, Long.MIN_VALUE}) {
      assertThat(Fingerprint.text(value)).matches("[0-9a-f]{16}");
      assertThat(Fingerprint.parse(Fingerprint.text(value))).isEqualTo(value);
    }
    assertThatThrownBy(() -> Fingerprint.parse("abc")).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> Fingerprint.parse("g".repeat(16)))
        .isInstanceOf(NumberFormatException.class);
  }
}
