package dev.percore.worker.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.net.IpRange;
import dev.percore.protocol.shared.LimitTable;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientKeysTest {
  private final ClientKeys keys =
      new ClientKeys(
          LimitTable.inMemory(64, 1),
          List.of(
              Objects.requireNonNull(IpRange.parse("10.0.0.0/8")),
              Objects.requireNonNull(IpRange.parse("2001:db8:1::/48"))));

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "2001:db8:2:3::1, 2001:db8:2:3:ffff:ffff:ffff:ffff, true",
    "2001:db8:2:3::1, 2001:db8:2:4::1, false",
    "fe80::1, fe80:0:0:0:0:0:0:2%7, true"
  })
  void anAddressOfIpv6StandsForItsSubnet(String one, String other, boolean same) {
    assertThat(keys.ofAddress(one).key() == keys.ofAddress(other).key()).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({"10.1.2.3, true", "11.1.2.3, false", "2001:db8:1:2::3, true", "2001:db8:2::, false"})
  void knowsWhoIsExempt(String address, boolean exempt) {
    assertThat(keys.ofAddress(address).exempt()).isEqualTo(exempt);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "", "unix:", "/run/a.sock"})
  void whoHasNoAddressHasNoKey(String address) {
    assertThat(keys.ofAddress(address).key()).isZero();
  }

  @Test
  void aHeaderCannotStandForAnAddress() {
    assertThat(keys.ofHeader("\u00c0\u0000\u0002\u0001"))
        .isNotEqualTo(keys.ofAddress("192.0.2.1").key())
        .isNotEqualTo(keys.ofHeader("192.0.2.1"))
        .isEqualTo(keys.ofHeader("\u00c0\u0000\u0002\u0001"));
  }
}
