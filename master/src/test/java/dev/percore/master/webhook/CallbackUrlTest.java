package dev.percore.master.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallbackUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://Hooks.Example.com, true, hooks.example.com, 443, /, hooks.example.com",
    "http://a.example:8080/x/y?z=%20&q, false, a.example, 8080, /x/y?z=%20&q, a.example:8080",
    "HTTP://a.example?q, false, a.example, 80, /?q, a.example",
    "http://127.0.0.1:1/, false, 127.0.0.1, 1, /, 127.0.0.1:1",
    "https://[0:0::1]:443/, true, ::1, 443, /, [::1]"
  })
  void readsUrls(
      String text, boolean secure, String host, int port, String target, String authority)
      throws Exception {
    CallbackUrl url = CallbackUrl.parse(text);
    assertThat(url).isEqualTo(new CallbackUrl(secure, host, port, target));
    assertThat(url.authority()).isEqualTo(authority);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://a.example/, neither of http",
    "file:///etc/passwd, neither of http",
    "a.example, neither of http",
    "//a.example/, neither of http",
    "http://user@a.example/, user information",
    "http://a.example@127.0.0.1/, user information",
    "http://a.example/#x, fragment",
    "http://, is no URL",
    "http:///x, no host",
    "http://127.0.0.01/, no host",
    "http:x, no host",
    "http://a_b/, no host",
    "http://127.1/, no host",
    "http://2130706433/, no host",
    "http://0x7f.0.0.1/, no host",
    "http://a.example:0/, port",
    "http://a.example:65536/, port",
    "http://[fe80::1%lo]/, scope",
    "'http://a.example/ x', visible",
    "http://ä.example/, visible"
  })
  void refusesOthers(String text, String reason) {
    assertThatThrownBy(() -> CallbackUrl.parse(text))
        .isInstanceOf(CallbackUrl.MalformedException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesLineEndsAndLongOnes() {
    assertThatThrownBy(() -> CallbackUrl.parse("http://a.example/\r\nX: y"))
        .hasMessageContaining("visible");
    assertThatThrownBy(() -> CallbackUrl.parse("http://a.example/" + "x".repeat(2048)))
        .hasMessageContaining("longer");
  }
}
