package dev.percore.worker.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.net.TrustedProxies;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedChainTest {
  private static final TrustedProxies TRUSTED =
      TrustedProxies.of(List.of("10.0.0.0/8", "fd00::/8"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "192.0.2.1; 192.0.2.1",
        " 192.0.2.1 ; 192.0.2.1",
        "192.0.2.1:4711; 192.0.2.1",
        "2001:DB8::0:1; 2001:db8::1",
        "[2001:db8::1]; 2001:db8::1",
        "[2001:db8::1]:80; 2001:db8::1",
        "::ffff:192.0.2.1; 192.0.2.1",
        "192.0.2.1, 10.0.0.1; 192.0.2.1",
        "192.0.2.1,10.0.0.1,fd00::1; 192.0.2.1",
        "192.0.2.1, 192.0.2.2, 10.0.0.1; 192.0.2.2",
        "invented\", 192.0.2.2, 10.0.0.1; 192.0.2.2",
        "10.0.0.2, 10.0.0.1; 10.0.0.2",
        ", 192.0.2.1, ,10.0.0.1,; 192.0.2.1"
      })
  void findsTheLastUntrustedAddress(String value, String client) {
    assertThat(ofAddresses(value)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "localhost",
        "unknown",
        "192.0.2.1, unknown, 10.0.0.1",
        "192.0.2.1:",
        "192.0.2.1:port",
        "192.0.2.1 10.0.0.1",
        "[192.0.2.1]",
        "[::1",
        "[]",
        "[::1]x",
        "192.0.2.256",
        "fe80::1%eth0",
        "\"192.0.2.1\""
      })
  void knowsNoClientWhereAValueIsMalformed(String value) {
    assertThat(ofAddresses(value)).isNull();
  }

  @Test
  void readsSeveralFieldsAsOneInTheirOrder() {
    assertThat(ForwardedChain.ofAddresses(List.of("192.0.2.1", "192.0.2.2", "10.1.1.1"), TRUSTED))
        .isEqualTo("192.0.2.2");
    assertThat(ForwardedChain.ofElements(List.of("for=192.0.2.1", "for=10.1.1.1"), TRUSTED))
        .isEqualTo("192.0.2.1");
    assertThat(ForwardedChain.ofAddresses(List.of(), TRUSTED)).isNull();
  }

  @Test
  void believesNoEndlessWay() {
    List<String> proxies = Collections.nCopies(31, "10.0.0.1");

    assertThat(ofAddresses("192.0.2.1," + String.join(",", proxies))).isEqualTo("192.0.2.1");
    assertThat(ofAddresses("192.0.2.1,10.0.0.1," + String.join(",", proxies))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "for=192.0.2.1 | 192.0.2.1",
        "For=192.0.2.1;proto=http;by=203.0.113.43 | 192.0.2.1",
        "proto=http; for=\"192.0.2.1:4711\" | 192.0.2.1",
        "by=x;for=\"[2001:db8:cafe::17]:4711\" | 2001:db8:cafe::17",
        "for=\"[2001:db8:cafe::17]:_port\" | 2001:db8:cafe::17",
        "for=192.0.2.1, for=10.0.0.1 | 192.0.2.1",
        "for=192.0.2.1, for=\"[fd00::1]\";host=\"a,b;for=x\" | 192.0.2.1",
        "for=\", for=192.0.2.1 | 192.0.2.1",
        "secret=\"a, for=192.0.2.1;host=b, for=10.0.0.1 | 192.0.2.1"
      })
  void readsRfc7239(String value, String client) {
    assertThat(ofElements(value)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=unknown",
        "for=_hidden",
        "for=\"_hidden:80\"",
        "proto=http",
        "for=",
        "for",
        "192.0.2.1",
        "for =192.0.2.1",
        "for=192.0.2.1;for=192.0.2.2",
        "for=\"192.0.2.1",
        "for=2001:db8::1",
        "for=192.0.2.1 proto=http",
        "for=192.0.2.1;;proto=http",
        "for=192.0.2.1, proto=http"
      })
  void knowsNoClientWhereAnElementIsMalformedOrHidesIt(String value) {
    assertThat(ofElements(value)).isNull();
  }

  @Property(tries = 1000)
  void nothingThatAClientInventsHidesWhatAProxyAppended(@ForAll("values") String invented) {
    assertThat(ofAddresses(invented + ", 192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(ofElements(invented + ", for=192.0.2.7;proto=https")).isEqualTo("192.0.2.7");
    assertThat(ofElements(invented + ", for=\"[2001:db8::7]\"")).isEqualTo("2001:db8::7");
  }

  @Property(tries = 1000)
  void neverFails(@ForAll("values") String value) {
    assertThat(ofAddresses(value))
        .satisfiesAnyOf(ForwardedChainTest::isAddress, ForwardedChainTest::isNothing);
    assertThat(ofElements(value))
        .satisfiesAnyOf(ForwardedChainTest::isAddress, ForwardedChainTest::isNothing);
  }

  @Provide
  Arbitrary<String> values() {
    Arbitrary<String> parts =
        Arbitraries.of(
            "for=", "10.0.0.1", "192.0.2.1", "[fd00::1]", ",", ";", "\"", "\\", ":80", " ", "=");
    return Arbitraries.oneOf(parts, Arbitraries.strings().all().ofMaxLength(5))
        .list()
        .ofMaxSize(12)
        .map(list -> String.join("", list));
  }

  private static void isAddress(@Nullable String text) {
    assertThat(text).matches("[0-9a-f:.]+");
  }

  private static void isNothing(@Nullable String text) {
    assertThat(text).isNull();
  }

  private static @Nullable String ofAddresses(String value) {
    return ForwardedChain.ofAddresses(List.of(value), TRUSTED);
  }

  private static @Nullable String ofElements(String value) {
    return ForwardedChain.ofElements(List.of(value), TRUSTED);
  }
}
