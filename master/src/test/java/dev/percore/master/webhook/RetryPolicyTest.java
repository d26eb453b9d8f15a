package dev.percore.master.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryPolicyTest {

  // From 4 seconds to 20.
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0.0, 4000",
    "1, 0, 1.0, 2000",
    "2, 0, 0.0, 8000",
    "2, 0, 0.5, 6000",
    "3, 0, 0.0, 16000",
    "4, 0, 0.0, 20000",
    "4, 0, 1.0, 10000",
    "100, 0, 0.0, 20000",
    "1, 1000, 0.0, 4000",
    "1, 30000, 0.0, 30000",
    "1, 90000000, 0.0, 3600000"
  })
  void doublesToItsLongestAndHeedsTheReceiver(
      int failed, long retryAfter, double random, long wait) {
    var settings = TestWebhooks.of(List.of(), false);
    assertThat(RetryPolicy.waitMillis(settings, failed, retryAfter, random)).isEqualTo(wait);
  }
}
