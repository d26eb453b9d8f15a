package dev.percore.master.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressKindTest {

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, PUBLIC",
    "9.255.255.255, PUBLIC",
    "11.0.0.0, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.128.0.0, PUBLIC",
    "172.15.255.255, PUBLIC",
    "172.32.0.0, PUBLIC",
    "192.167.255.255, PUBLIC",
    "223.255.255.255, PUBLIC",
    "2606:4700:4700::1111, PUBLIC",
    "2001:200::1, PUBLIC",
    "64:ff9b::1.1.1.1, PUBLIC",
    "2002:101:101::1, PUBLIC",
    "10.0.0.1, PRIVATE",
    "10.255.255.255, PRIVATE",
    "100.64.0.1, PRIVATE",
    "100.127.255.255, PRIVATE",
    "127.0.0.1, PRIVATE",
    "127.255.255.255, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "192.0.0.8, PRIVATE",
    "192.168.1.1, PRIVATE",
    "198.18.0.1, PRIVATE",
    "::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fdff::1, PRIVATE",
    "fec0::1, PRIVATE",
    "64:ff9b::10.0.0.1, PRIVATE",
    "64:ff9b:1::1, PRIVATE",
    "2002:7f00:1::1, PRIVATE",
    "0.0.0.0, FORBIDDEN",
    "0.1.2.3, FORBIDDEN",
    "169.254.169.254, FORBIDDEN",
    "192.0.2.1, FORBIDDEN",
    "198.51.100.1, FORBIDDEN",
    "203.0.113.1, FORBIDDEN",
    "224.0.0.1, FORBIDDEN",
    "239.255.255.255, FORBIDDEN",
    "240.0.0.1, FORBIDDEN",
    "255.255.255.255, FORBIDDEN",
    "::, FORBIDDEN",
    "::10.0.0.1, FORBIDDEN",
    "64:ff9b::169.254.169.254, FORBIDDEN",
    "2002:a9fe:a9fe::1, FORBIDDEN",
    "100::1, FORBIDDEN",
    "2001::1, FORBIDDEN",
    "2001:db8::1, FORBIDDEN",
    "3fff::1, FORBIDDEN",
    "fe80::1, FORBIDDEN",
    "ff02::1, FORBIDDEN",
    "4000::1, FORBIDDEN"
  })
  void tellsWhereAnAddressLeads(String address, AddressKind kind) {
    assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
  }

  @Test
  void looksIntoAMappedAddressAlthoughJavaMakesNone() throws Exception {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
    InetAddress address = Inet6Address.getByAddress("", mapped, 0);
    assertThat(address).isInstanceOf(Inet6Address.class);
    assertThat(AddressKind.of(address)).isEqualTo(AddressKind.PRIVATE);
  }
}
