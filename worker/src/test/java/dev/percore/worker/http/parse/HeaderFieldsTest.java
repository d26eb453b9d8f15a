package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFieldsTest {

  @Test
  void findsFieldsInAnyCase() {
    ParsedRequest request = with("X-One: 1\r\nx-two:2\r\nX-ONE: 3\r\n");

    assertThat(request.header("x-one")).isEqualTo("1");
    assertThat(request.header("X-Two")).isEqualTo("2");
    assertThat(request.headers("X-One")).containsExactly("1", "3");
    assertThat(request.header("X")).isNull();
    assertThat(request.headers("X")).isEmpty();
    assertThat(request.header("X-On\u0445")).isNull();
  }

  @Test
  void trimsValues() {
    assertThat(with("X: \t a \t b \t\r\n").header("x")).isEqualTo("a \t b");
    assertThat(with("X:\r\n").header("x")).isEmpty();
    assertThat(with("X: \t \r\n").header("x")).isEmpty();
  }

  @Test
  void takesOpaqueOctetsInValues() {
    assertThat(with("X: \u00e4\u00ff\r\n").header("x")).isEqualTo("\u00e4\u00ff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X : a\r\n",
        "X\t: a\r\n",
        " X: a\r\n",
        ": a\r\n",
        "X\r\n",
        "X(: a\r\n",
        "X\u00e4: a\r\n",
        "X y: a\r\n",
        "X\0: a\r\n",
        "X: a\r\n b\r\n",
        "X: a\r\n\tb\r\n",
        "X: a\rb\r\n",
        "X: a\nY: b\r\n",
        "X: a\n",
        "X: a\r\r\n",
        "X: a\0\r\n",
        "X: a\u0001\r\n",
        "X: a\u007f\r\n",
        "X: a\u000b\r\n",
      })
  void refusesMalformedFields(String field) {
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n")).isEqualTo(400);
  }

  @Test
  @Timeout(5)
  void readsListsWithMuchWhiteSpaceInLinearTime() throws RequestRejectedException {
    String spaces = " ".repeat(50_000);
    byte[] close = Parsing.bytes("Connection:a" + spaces + "a," + spaces + "close" + spaces + ",");
    byte[] coding = Parsing.bytes("Transfer-Encoding:a" + spaces + "a");

    assertThat(MessageRules.of(close, new int[] {0, 10, 11, close.length}, true).keepAlive())
        .isFalse();
    assertThatThrownBy(() -> MessageRules.of(coding, new int[] {0, 17, 18, coding.length}, false))
        .isInstanceOf(RequestRejectedException.class);
  }

  @Test
  void refusesAFoldedFirstLine() {
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\n Host: a\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void refusesABareLineFeedAtTheEndOfTheHeaders() {
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\nHost: a\r\n\n")).isEqualTo(400);
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\nHost: a\r\n\rX")).isEqualTo(400);
  }

  @Test
  void needsOneHostIn11() {
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\n\r\n")).isEqualTo(400);
    assertThat(Parsing.rejection("GET http://a/ HTTP/1.1\r\n\r\n")).isEqualTo(400);
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void needsNoHostIn10ButNeverTakesTwo() {
    assertThat(Parsing.rejection("GET / HTTP/1.0\r\n\r\n")).isZero();
    assertThat(Parsing.rejection("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.b-c_d",
        "a:80",
        "a:",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:80",
        "%41b",
        "a:0"
      })
  void takesValidHosts(String host) {
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a/b",
        "a:b",
        "a:80:80",
        "a:65536",
        "a:-1",
        "u@a",
        "[::1",
        "::1",
        "[]",
        "[g]",
        ":80",
        "a?",
        "a#",
        "\u00e4",
        "a%4",
        "a\"",
        "[::1]a",
        "a:000080"
      })
  void refusesInvalidHosts(String host) {
    assertThat(Parsing.rejection("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void limitsTheSizeOfAllFields() {
    String frame = "Host: a\r\nX: \r\n\r\n";
    String fits = "a".repeat(Parsing.LIMITS.headers() - frame.length());

    assertThat(Parsing.rejection(headers("Host: a\r\nX: " + fits + "\r\n\r\n"))).isZero();
    assertThat(Parsing.rejection(headers("Host: a\r\nX: a" + fits + "\r\n\r\n"))).isEqualTo(431);
    assertThat(Parsing.rejection(headers("X: " + "a".repeat(1000)))).isEqualTo(431);
    assertThat(Parsing.rejection(headers("x".repeat(1000)))).isEqualTo(431);
  }

  @Test
  void limitsTheNumberOfFields() {
    String nine = "a:\r\n".repeat(Parsing.LIMITS.headerCount() - 1);

    assertThat(Parsing.rejection(headers("Host: a\r\n" + nine + "\r\n"))).isZero();
    assertThat(Parsing.rejection(headers("Host: a\r\n" + nine + "b:\r\n\r\n"))).isEqualTo(431);
  }

  @Test
  void tellsWhetherTheConnectionLivesOn() {
    assertThat(with("").keepAlive()).isTrue();
    assertThat(with("Connection: close\r\n").keepAlive()).isFalse();
    assertThat(with("Connection: foo, CLOSE\r\n").keepAlive()).isFalse();
    assertThat(with("Connection: keep-alive\r\nConnection: close\r\n").keepAlive()).isFalse();
    assertThat(with("Connection: enclose\r\n").keepAlive()).isTrue();
    assertThat(Parsing.request("GET / HTTP/1.0\r\n\r\n").keepAlive()).isFalse();
    assertThat(Parsing.request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keepAlive())
        .isTrue();
    assertThat(
            Parsing.request("GET / HTTP/1.0\r\nConnection: close ,keep-alive\r\n\r\n").keepAlive())
        .isFalse();
  }

  @Test
  void meetsNoOtherExpectation() {
    assertThat(Parsing.rejection(headers("Host: a\r\nExpect: 200-ok\r\n\r\n"))).isEqualTo(417);
    assertThat(Parsing.rejection(headers("Host: a\r\nExpect: 100-continue, x\r\n\r\n")))
        .isEqualTo(417);
    assertThat(Parsing.rejection("GET / HTTP/1.0\r\nExpect: 200-ok\r\n\r\n")).isZero();
  }

  private static ParsedRequest with(String fields) {
    return Parsing.request("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
  }

  private static String headers(String section) {
    return "GET / HTTP/1.1\r\n" + section;
  }
}
