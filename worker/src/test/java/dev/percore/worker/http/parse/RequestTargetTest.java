package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/a/, /a/",
    "//, //",
    "//a, //a",
    "/a//b, /a//b",
    "/%61, /a",
    "/a%20b, /a b",
    "/%C3%A4, /ä",
    "/%F0%9F%98%80, /😀",
    "/%25, /%",
    "/%3F, /?",
    "/%2525, /%25",
    "/a.b, /a.b",
    "/..a, /..a",
    "/.a, /.a",
    "/..., /...",
    "/., /",
    "/.., /",
    "/a/., /a/",
    "/a/./b, /a/b",
    "/a/.., /",
    "/a/b/.., /a/",
    "/a/../b, /b",
    "/../../b, /b",
    "/a//../b, /a/b",
    "/%2e%2E/b, /b",
    "/a/.%2e/b, /b",
    "/a/%2e/b, /a/b",
    "/-._~!$&'()*+;=:@, /-._~!$&'()*+;=:@",
    "http://h, /",
    "http://h/, /",
    "HTTP://h:80/a/../b, /b",
    "https://[::1]:443/a, /a",
    "http://h:/a, /a",
  })
  void decodesAndNormalisesThePath(String target, String path) {
    assertThat(get(target).path()).isEqualTo(path);
  }

  @Test
  void keepsThePathAsSent() {
    assertThat(get("/a/%2e%2e/%61?b").rawPath()).isEqualTo("/a/%2e%2e/%61");
    assertThat(get("http://h?b").rawPath()).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%",
        "/%4",
        "/%4g",
        "/%g4",
        "/%-1",
        "/%00",
        "/%0a",
        "/%7f",
        "/%2f",
        "/%2F..",
        "/%5c",
        "/%5C",
        "/%c0%af",
        "/%e0%80%af",
        "/%ff",
        "/%c3",
        "/%ed%a0%80",
        "/%f4%90%80%80",
        "/a#b",
        "/a\\b",
        "/a\"b",
        "/a<b",
        "/a|b",
        "/a^b",
        "/a`b",
        "/{a}",
        "/a[b]",
        "/\u00e4",
        "/\0",
        "/\u007f",
        "a",
        "a/b",
        "*",
        "?a",
        "//[",
        "h:80",
        "ftp://h/",
        "http:/h",
        "http:///a",
        "http://",
        "http://u@h/",
        "http://u:p@h/",
        "http://h:x/",
        "http://h:65536/",
        "http://[::1/",
        "http://[/",
        "http://h/[",
        "http://a b/",
        "/?a#b",
        "/?\"",
        "/?<",
        "/?\u00e4",
        "/?%",
        "/?a=%4",
        "/?a=%zz",
        "/?%ff=a",
        "/?a=%c0%80",
        "/?a=%4&b=1",
      })
  void refusesInvalidTargets(String target) {
    assertThat(Parsing.rejection("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void decodesTheQuery() {
    ParsedRequest request = get("/?a=1&b=x+y&a=%32&c&=d&&e=f=g&%C3%A4=%26");

    assertThat(request.query())
        .containsExactly(
            entry("a", List.of("1", "2")),
            entry("b", List.of("x y")),
            entry("c", List.of("")),
            entry("", List.of("d")),
            entry("e", List.of("f=g")),
            entry("ä", List.of("&")));
    assertThat(request.rawQuery()).startsWith("a=1&b=x+y").endsWith("=%26");
  }

  @Test
  void decodesTheQueryLaterWhereItCannotFail() {
    assertThat(get("/?a=1+2").query()).containsExactly(entry("a", List.of("1 2")));
    assertThat(get("/?").query()).isEmpty();
    assertThat(get("/").query()).isEmpty();
  }

  @Test
  void toleratesInTheQueryWhatBrowsersSend() {
    assertThat(get("/?a[]=2^3|4{}`\\/?").rawQuery()).isEqualTo("a[]=2^3|4{}`\\/?");
  }

  @Test
  void takesTheAsteriskForOptions() {
    assertThat(options("*").path()).isEqualTo("*");
    assertThat(options("http://h").path()).isEqualTo("*");
    assertThat(options("http://h?").path()).isEqualTo("/");
    assertThat(options("http://h/").path()).isEqualTo("/");
  }

  @Test
  void theAuthorityOfAnAbsoluteTargetOverridesHost() {
    ParsedRequest request = get("http://other:81/");

    assertThat(request.header("Host")).isEqualTo("other:81");
    assertThat(request.headers("hOst")).containsExactly("other:81");
  }

  private static ParsedRequest get(String target) {
    return Parsing.request("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  private static ParsedRequest options(String target) {
    return Parsing.request("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }
}
