package dev.percore.master.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespawnPolicyTest {
  private final RespawnPolicy policy =
      new RespawnPolicy(
          new ServerConfig.Supervision(
              Duration.ofSeconds(30),
              Duration.ofSeconds(1),
              Duration.ofSeconds(20),
              Duration.ofMillis(100),
              Duration.ofSeconds(2),
              Duration.ofSeconds(10),
              Duration.ofSeconds(3),
              Duration.ofSeconds(10),
              0));

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "2, 100",
    "3, 200",
    "4, 400",
    "5, 800",
    "6, 1600",
    "7, 2000",
    "8, 2000",
    "1000000, 2000"
  })
  void doublesFromTheSecondShortLifeUpToTheMaximum(int shortLives, long millis) {
    assertThat(policy.delay(shortLives)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"0, 9999, 1", "3, 9999, 4", "3, 10000, 0", "0, 10000, 0"})
  void countsShortLivesUntilAWorkerWasStable(int before, long livedMillis, int after) {
    assertThat(policy.shortLives(before, Duration.ofMillis(livedMillis))).isEqualTo(after);
  }
}
