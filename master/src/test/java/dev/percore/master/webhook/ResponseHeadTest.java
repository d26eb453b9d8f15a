package dev.percore.master.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponseHeadTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void readsTheStatusAndPassesInterimAnswersOver() throws Exception {
    assertThat(read("HTTP/1.1 204 No Content\r\n\r\nrest").status()).isEqualTo(204);
    assertThat(read("HTTP/1.1 103 Early\r\nRetry-After: 1\r\n\r\nHTTP/1.0 503\r\nA: b\r\n\r\n"))
        .isEqualTo(new ResponseHead(503, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "120, 120000",
    "0, 0",
    "-5, 0",
    "soon, 0",
    "99999999999999999999, 0",
    "'Thu, 1 Jan 2026 00:01:00 GMT', 60000",
    "'Wed, 31 Dec 2025 00:00:00 GMT', 0"
  })
  void readsRetryAfterInBothForms(String value, long millis) throws Exception {
    ResponseHead head = read("HTTP/1.1 429 Slow\r\nretry-AFTER:  " + value + " \r\n\r\n");
    assertThat(head.retryAfterMillis(NOW)).isEqualTo(millis);
  }

  @Test
  void refusesWhatIsNoHttpOrTooLongOrCutOff() {
    assertThatThrownBy(() -> read("SSH-2.0-OpenSSH\r\n")).hasMessageContaining("no HTTP");
    assertThatThrownBy(() -> read("HTTP/2 200\r\n\r\n")).hasMessageContaining("no HTTP");
    assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\nA: b")).hasMessageContaining("ended");
    assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\nA: " + "b".repeat(20_000)))
        .hasMessageContaining("longer");
    assertThatThrownBy(() -> read("HTTP/1.1 100 Go on\r\n\r\n".repeat(1000)))
        .hasMessageContaining("longer");
  }

  private static ResponseHead read(String text) throws IOException {
    return ResponseHead.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
