package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelRandomTest {
  // By chance two of a thousand are the same once in 10^13 runs.
  @Test
  void noTwoNumbersAreTheSame() {
    Set<Long> numbers = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      numbers.add(KernelRandom.nextLong());
    }
    assertThat(numbers).hasSize(1000);
  }

  // Each of the bytes: that one of them is 0 in all of 100 tries happens once in 10^238 runs.
  @Test
  void everyByteIsRandom() {
    byte[] seen = new byte[256];
    for (int i = 0; i < 100; i++) {
      byte[] bytes = KernelRandom.bytes(256);
      assertThat(bytes).hasSize(256);
      for (int j = 0; j < bytes.length; j++) {
        seen[j] |= bytes[j];
      }
    }
    assertThat(seen).doesNotContain((byte) 0);
    assertThat(KernelRandom.bytes(1)).hasSize(1);
  }

  @Test
  void lengthsThatMayComeShortAreRefused() {
    assertThatThrownBy(() -> KernelRandom.bytes(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KernelRandom.bytes(257)).isInstanceOf(IllegalArgumentException.class);
  }
}
