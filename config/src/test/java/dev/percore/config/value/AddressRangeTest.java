package dev.percore.config.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "192.168.4.0/22, 192.168.7.255, true",
    "192.168.4.0/22, 192.168.8.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "::/0, ::1, true",
    "::/0, 10.0.0.1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::1, ::1, true"
  })
  void containsWhatSharesItsPrefix(String range, String address, boolean inside) {
    assertThat(Objects.requireNonNull(AddressRange.parse(range)))
        .matches(parsed -> parsed.contains(InetAddress.ofLiteral(address)) == inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.1/8",
        "::1/64",
        "::/129",
        "a/8",
        "10.0.0.0/-1",
        "localhost",
        "10.0.0/24",
        "10.0.0.0/8/8",
        "::ffff:10.0.0.0/104"
      })
  void refusesWhatIsNoRange(String text) {
    assertThat(AddressRange.parse(text)).isNull();
  }
}
