package dev.percore.master.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CallbackRulesTest {
  private static final List<String> HOSTS =
      List.of(
          "hooks.example.com",
          "ports.example.com:8443",
          "any.example.com:*",
          "[2a00::1]:8080",
          "*.example.org",
          "127.0.0.1",
          "169.254.169.254");

  @ParameterizedTest
  @CsvSource({
    "https://hooks.example.com/x, ''",
    "https://HOOKS.example.com/x, ''",
    "https://a.b.example.org/, ''",
    "https://example.org/, not an allowed one",
    "https://evilexample.org/, not an allowed one",
    "https://hooks.example.com.evil.example/, not an allowed one",
    "https://x.hooks.example.com/, not an allowed one",
    "https://hooks.example.com:8443/, not an allowed one",
    "http://hooks.example.com:443/, not an allowed one",
    "https://ports.example.com:8443/, ''",
    "https://ports.example.com/, not an allowed one",
    "http://any.example.com:9/, ''",
    "http://[2a00::1]:8080/, ''",
    "http://[2a00::1]/, not an allowed one",
    "http://127.0.0.1:80/, is private",
    "http://169.254.169.254/, never called"
  })
  void allowsTheHostsThatAreNamed(String url, String refusal) throws Exception {
    var rules = new CallbackRules(TestWebhooks.of(HOSTS, false));
    assertThat(rules.refusal(CallbackUrl.parse(url)).orElse("")).contains(refusal);
    assertThat(rules.refusal(CallbackUrl.parse(url)).isPresent()).isEqualTo(!refusal.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"http://127.0.0.1:80/, false", "http://169.254.169.254/, true"})
  void privateOnesOnlyWhereTheyAreAllowedAndLinkLocalOnesNever(String url, boolean refused)
      throws Exception {
    var rules = new CallbackRules(TestWebhooks.of(HOSTS, true));
    assertThat(rules.refusal(CallbackUrl.parse(url)).isPresent()).isEqualTo(refused);
  }

  @Test
  void areOffWithoutHosts() throws Exception {
    var rules = new CallbackRules(TestWebhooks.of(List.of(), true));
    CallbackUrl url = CallbackUrl.parse("https://hooks.example.com/");
    assertThat(rules.refusal(url).orElseThrow()).contains("off");
  }
}
