package dev.percore.protocol.shared;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {

  /// Of the vectors that the authors' reference implementation comes with: the octets 0, 1, 2 and
  /// so on under the key 0 to 15.
  @ParameterizedTest
  @CsvSource({
    "0, 726fdb47dd0e0e31",
    "1, 74f839c593dc67fd",
    "2, 0d6c8009d9a94f5a",
    "8, 93f5f5799a932462",
    "15, a129ca6149be45e5",
    "63, 958a324ceb064572"
  })
  void givesTheHashesOfTheReference(int length, String hash) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) i;
    }

    assertThat(new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).of(octets))
        .isEqualTo(Long.parseUnsignedLong(hash, 16));
  }
}
