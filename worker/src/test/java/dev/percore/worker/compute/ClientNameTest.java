package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNameTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "unix:, unix:",
    "-, -",
    "2001:db8:0:a::1, 2001:db8:0:a::/64",
    "2001:db8:0:a:ffff:ffff:ffff:ffff, 2001:db8:0:a::/64",
    "2001:db8:0:b::1, 2001:db8:0:b::/64",
    "fe80::1%eth0, fe80:0:0:0::/64",
    "::ffff:192.0.2.1, 192.0.2.1",
    "no:address, no:address",
  })
  void aClientIsAnAddressOrANetworkOfIpv6(String address, String name) {
    assertThat(ClientName.ofAddress(address).text()).isEqualTo(name);
  }
}
