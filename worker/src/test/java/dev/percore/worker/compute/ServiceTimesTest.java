package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceTimesTest {
  private final ServiceTimes times = new ServiceTimes();

  @Test
  void expectsNothingOfAFunctionThatNeverRan() {
    assertThat(times.estimate("count", 1e9)).isZero();
  }

  @Test
  void expectsTimeInProportionToCost() {
    times.add("count", 1000, Duration.ofSeconds(1));
    assertThat(times.estimate("count", 5000)).isEqualTo(Duration.ofSeconds(5));
    assertThat(times.estimate("pi", 5000)).isZero();
  }

  @Test
  void doesNotCountRunsTooShortToTell() {
    times.add("count", 1, Duration.ofNanos(999_999));
    assertThat(times.estimate("count", 1e9)).isZero();
  }

  @Test
  void doesNotConcludeFromSmallRunsToLargeOnes() {
    times.add("count", 1000, Duration.ofMillis(10));
    assertThat(times.estimate("count", 1e9)).isEqualTo(Duration.ofMillis(100));
    times.add("count", 1e9, Duration.ofMillis(300));
    assertThat(times.estimate("count", 1e9))
        .isBetween(Duration.ofMillis(300), Duration.ofMillis(310));
  }

  @Test
  void forgetsThePastGradually() {
    times.add("count", 1000, Duration.ofSeconds(10));
    for (int i = 0; i < 100; i++) {
      times.add("count", 1000, Duration.ofSeconds(1));
    }
    assertThat(times.estimate("count", 1000))
        .isBetween(Duration.ofMillis(1000), Duration.ofMillis(1001));
  }

  @Test
  void neitherLearnsNorForetellsWithoutKnowingTheCost() {
    times.add("count", Double.NaN, Duration.ofSeconds(9));
    assertThat(times.estimate("count", 1000)).isZero();
    times.add("count", 1000, Duration.ofSeconds(1));
    assertThat(times.estimate("count", Double.NaN)).isZero();
  }

  @Test
  void takesAFunctionWithoutCost() {
    times.add("free", 0, Duration.ofMillis(2));
    assertThat(times.estimate("free", 0)).isEqualTo(Duration.ofMillis(2));
  }
}
