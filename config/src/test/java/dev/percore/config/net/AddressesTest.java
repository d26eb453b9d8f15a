package dev.percore.config.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private static final Path HOME = Path.of("/opt/percore");

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8081, 127.0.0.1:8081, false",
    "0.0.0.0:0, 0.0.0.0:0, false",
    "[::1]:65535, [::1]:65535, false",
    "[::]:80, [::]:80, false",
    "[2001:DB8:0:0:0:0:0:1]:80 proxy_protocol, [2001:db8::1]:80, true",
    "[::ffff:10.0.0.1]:80, 10.0.0.1:80, false",
    "unix:/run/a.sock, unix:/run/a.sock, false",
    "unix:run/../a b.sock proxy_protocol, unix:/opt/percore/a b.sock, true"
  })
  void readsAddressesToListenOn(String text, String name, boolean proxied) {
    ListenAddress address = listen(text);

    assertThat(address.name()).isEqualTo(name);
    assertThat(address.proxyProtocol()).isEqualTo(proxied);
    assertThat(ListenAddress.parse(address.text(), Path.of("/"))).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        ":80",
        "*:80",
        "localhost:80",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:080",
        "127.0.0.1:-1",
        "127.1:80",
        "256.0.0.1:80",
        "::1:80",
        "[::1]",
        "[::1%lo]:80",
        "[127.0.0.1]:80",
        "[[::1]]:80",
        "127.0.0.1:80 proxy",
        "127.0.0.1:80  proxy_protocol",
        " proxy_protocol",
        "unix:",
        "unix:/",
        "unix: proxy_protocol",
        "unix:/a\u0000b"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThat(ListenAddress.parse(text, HOME)).isNull();
  }

  @Test
  void refusesASocketWithALongerPathThanTheKernelTakes() {
    assertThat(ListenAddress.parse("unix:/" + "a".repeat(106), HOME)).isNotNull();
    assertThat(ListenAddress.parse("unix:/" + "a".repeat(107), HOME)).isNull();
    assertThat(ListenAddress.parse("unix:/" + "é".repeat(54), HOME)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:80, 127.0.0.1:80, true",
    "127.0.0.1:80, 127.0.0.1:81, false",
    "0.0.0.0:80, 127.0.0.1:80, true",
    "127.0.0.1:80, [::]:80, true",
    "[::1]:80, 0.0.0.0:80, false",
    "[::]:80, 0.0.0.0:80, false",
    "[::]:80, [::1]:80, true",
    "127.0.0.1:0, 0.0.0.0:0, false",
    "127.0.0.1:0, 127.0.0.1:0, true",
    "unix:/a, unix:/a proxy_protocol, true",
    "unix:/a, unix:/b, false",
    "unix:/a, 127.0.0.1:80, false"
  })
  void knowsWhichAddressesOverlap(String one, String other, boolean overlap) {
    assertThat(listen(one).overlaps(listen(other))).isEqualTo(overlap);
    assertThat(listen(other).overlaps(listen(one))).isEqualTo(overlap);
  }

  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "2001:DB8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1"
  })
  void writesIpv6AsRfc5952Says(String text, String canonical) {
    assertThat(IpText.of(InetAddress.ofLiteral(text))).isEqualTo(canonical);
  }

  @Property(tries = 500)
  void writesIpv6SoThatItReadsTheSame(@ForAll @Size(16) byte[] octets) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(octets);

    assertThat(IpText.parse(IpText.of(address))).isEqualTo(address);
  }

  @Property(tries = 1000)
  void aRangeHoldsWhatBeginsWithItsBits(
      @ForAll @Size(4) byte[] one,
      @ForAll @Size(4) byte[] two,
      @ForAll @IntRange(max = 32) int length)
      throws UnknownHostException {
    int first = toInt(one);
    int mask = length == 0 ? 0 : -1 << (32 - length);
    IpRange range = range(IpText.of(toAddress(first & mask)) + "/" + length);

    assertThat(range.contains(InetAddress.getByAddress(one))).isTrue();
    assertThat(range.contains(InetAddress.getByAddress(two)))
        .isEqualTo((toInt(two) & mask) == (first & mask));
    if (length > 0) {
      assertThat(range.contains(toAddress(first ^ (1 << (32 - length))))).isFalse();
    }
    if ((first & mask) != first) {
      assertThat(IpRange.parse(IpText.of(toAddress(first)) + "/" + length)).isNull();
    }
    assertThat(IpRange.parse(range.toString())).isEqualTo(range);
  }

  @Test
  void aRangeOfOneFamilyHoldsNoneOfTheOther() {
    assertThat(range("0.0.0.0/0").contains(InetAddress.ofLiteral("::1"))).isFalse();
    assertThat(range("::/0").contains(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
    assertThat(range("fe80::/10").contains(InetAddress.ofLiteral("febf::1"))).isTrue();
    assertThat(range("fe80::/10").contains(InetAddress.ofLiteral("fec0::1"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10/8", "::/129", "a/8"})
  void refusesWhatIsNoRange(String text) {
    assertThat(IpRange.parse(text)).isNull();
  }

  @Test
  void trustsTheProxiesThatAreListed() {
    TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "::1", "unix:"));

    assertThat(proxies.trusts(InetAddress.ofLiteral("10.255.0.1"))).isTrue();
    assertThat(proxies.trusts(InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(proxies.trusts(InetAddress.ofLiteral("11.0.0.1"))).isFalse();
    assertThat(proxies.unix()).isTrue();
    assertThat(TrustedProxies.NONE.isEmpty()).isTrue();
    assertThatThrownBy(() -> TrustedProxies.of(List.of("proxy")))
        .hasMessageStartingWith("proxy is no trusted proxy");
  }

  private static ListenAddress listen(String text) {
    return Objects.requireNonNull(ListenAddress.parse(text, HOME), text);
  }

  private static IpRange range(String text) {
    return Objects.requireNonNull(IpRange.parse(text), text);
  }

  private static int toInt(byte[] octets) {
    return (octets[0] << 24)
        | ((octets[1] & 0xff) << 16)
        | ((octets[2] & 0xff) << 8)
        | (octets[3] & 0xff);
  }

  private static InetAddress toAddress(int bits) throws UnknownHostException {
    byte[] octets = {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
    return InetAddress.getByAddress(octets);
  }
}
