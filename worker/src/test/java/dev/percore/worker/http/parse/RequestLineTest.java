package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {
  private static final String REST = "\r\nHost: a\r\n\r\n";

  @Test
  void readsMethodTargetAndVersion() {
    ParsedRequest request = Parsing.request("GET /a/b?c=d HTTP/1.1" + REST);

    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/a/b");
    assertThat(request.rawQuery()).isEqualTo("c=d");
    assertThat(request.http10()).isFalse();
    assertThat(request.remoteAddress()).isEqualTo("192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "BREW", "get", "M-SEARCH", "!#$%&'*+-.^_`|~09"})
  void takesAnyTokenAsMethod(String method) {
    assertThat(Parsing.request(method + " / HTTP/1.1" + REST).method()).isEqualTo(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "G(T", "GET\t", "GE\0T", "\u00e4", "{", "GET:"})
  void refusesWhatIsNoMethod(String method) {
    assertThat(Parsing.rejection(method + " / HTTP/1.1" + REST)).isEqualTo(400);
  }

  @Test
  void toleratesOneEmptyLineBeforeTheRequest() {
    assertThat(Parsing.request("\r\nGET / HTTP/1.1" + REST).path()).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n\r\n", "\n", "\r", "\r\r\n", " ", " \r\n"})
  void refusesOtherFillingBeforeTheRequest(String filling) {
    assertThat(Parsing.rejection(filling + "GET / HTTP/1.1" + REST)).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET\t/ HTTP/1.1",
        "GET / HTTP/1.1\0",
        "GET /",
        "GET / ",
        "GET",
        "GET / HTTP/1.1\r",
        "GET / HTTP/1",
        "GET / http/1.1",
        "GET / HTTP/1.10",
        "GET / HTTP/11.1",
        "GET / HTTP/a.b",
        "GET / HTTP/1,1",
        "GET / HTTPS/1.1",
        "GET / ICY/1.1"
      })
  void refusesOtherForms(String line) {
    assertThat(Parsing.rejection(line + REST)).isEqualTo(400);
  }

  @Test
  void refusesABareLineFeedAsLineEnd() {
    assertThat(Parsing.rejection("GET / HTTP/1.1\nHost: a\r\n\r\n")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.9", "2.0", "2.1", "3.0", "9.9"})
  void refusesOtherVersions(String version) {
    assertThat(Parsing.rejection("GET / HTTP/" + version + REST)).isEqualTo(505);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.9"})
  void takesAHigherMinorVersionForTheHighestItKnows(String version) {
    ParsedRequest request = Parsing.request("GET / HTTP/" + version + REST);

    assertThat(request.http10()).isFalse();
    assertThat(request.keepAlive()).isTrue();
    assertThat(Parsing.rejection("GET / HTTP/" + version + "\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void limitsTheLine() {
    String fits = "GET /" + "a".repeat(Parsing.LIMITS.requestLine() - 14);

    assertThat(Parsing.rejection(fits + " HTTP/1.1" + REST)).isZero();
    assertThat(Parsing.rejection(fits + "a HTTP/1.1" + REST)).isEqualTo(414);
    assertThat(Parsing.rejection("GET /?" + "a".repeat(1000))).isEqualTo(414);
    assertThat(Parsing.rejection("A".repeat(1000))).isEqualTo(414);
  }

  @Test
  void isNoProxy() {
    assertThat(Parsing.rejection("CONNECT a:80 HTTP/1.1" + REST)).isEqualTo(501);
  }
}
