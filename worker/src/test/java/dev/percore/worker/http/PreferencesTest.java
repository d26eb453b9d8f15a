package dev.percore.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Request;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferencesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "wait=10 | 10",
        "WAIT = 10 | 10",
        "wait=\"10\" | 10",
        "respond-async, wait=5 | 5",
        "foo=\"a, wait=3\", wait=5;p=1 | 5",
        "wait=5, wait=9 | 5",
        "wait | ''",
        "wait=\"1\\0\" | 10",
        "wait==3 | null",
        "wait=1 0 | null",
        "await=3 | null",
        "foo=\"wait=3 | null",
        ",,wait=7,, | 7",
      })
  void readsWhatIsWellFormed(String field, String value) {
    assertThat(of(field).value("wait")).isEqualTo(value);
    assertThat(of(field).has("wait")).isEqualTo(value != null);
  }

  @Test
  void readsAllFields() {
    Preferences preferences = of("respond-async", "wait=10");
    assertThat(preferences.has("respond-async")).isTrue();
    assertThat(preferences.value("wait")).isEqualTo("10");
    assertThat(of().has("wait")).isFalse();
  }

  @Test
  void passesOverWhatIsLongerThanAnythingKnown() {
    String endless = "x=\"" + "\\a".repeat(10_000) + "\"";
    assertThat(of(endless + ", wait=3").value("wait")).isEqualTo("3");
  }

  private static Preferences of(String... fields) {
    Request request =
        (Request)
            Proxy.newProxyInstance(
                PreferencesTest.class.getClassLoader(),
                new Class<?>[] {Request.class},
                (_, method, _) -> {
                  assertThat(method.getName()).isEqualTo("headers");
                  return List.of(fields);
                });
    return Preferences.of(request);
  }
}
