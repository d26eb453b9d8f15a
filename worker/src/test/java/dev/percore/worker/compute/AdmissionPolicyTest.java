package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.compute.AdmissionPolicy.Load;
import dev.percore.worker.compute.Submission.Cause;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionPolicyTest {
  private final AdmissionPolicy policy = new AdmissionPolicy(2, Duration.ofSeconds(10));

  // With at most 2 waiting and 10 s for each: queued and their ms, running and its ms; the refusal
  // and its ms.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, , 0",
    "0, 0, 1, 0, , 0",
    "1, 0, 1, 0, , 0",
    "2, 0, 0, 0, , 0",
    "2, 0, 1, 0, QUEUE_FULL, 1000",
    "2, 1500, 1, 2000, QUEUE_FULL, 3500",
    "2, 99000, 1, 99000, QUEUE_FULL, 10000",
    "3, 0, 0, 0, QUEUE_FULL, 1000",
    "1, 9999, 0, 0, , 0",
    "1, 10000, 0, 0, TOO_LATE, 10000",
    "1, 6000, 1, 5000, TOO_LATE, 10000",
    "0, 0, 1, 10000, TOO_LATE, 10000",
  })
  void refusesWhatHasNoPlaceOrNoTime(
      int queued, long queuedMillis, int running, long runningMillis, Cause cause, long millis) {
    var refusal =
        policy.refusal(
            new Load(
                queued,
                Duration.ofMillis(queuedMillis),
                running,
                Duration.ofMillis(runningMillis)));
    if (cause == null) {
      assertThat(refusal).isEmpty();
    } else {
      assertThat(refusal)
          .contains(new Submission.Refused(cause, queued, Duration.ofMillis(millis)));
    }
  }

  @Test
  void aQueueOfNoneStillLetsOneRun() {
    AdmissionPolicy none = new AdmissionPolicy(0, Duration.ofSeconds(10));
    assertThat(none.refusal(new Load(0, Duration.ZERO, 0, Duration.ZERO))).isEmpty();
    assertThat(none.refusal(new Load(0, Duration.ZERO, 1, Duration.ZERO))).isPresent();
    assertThat(none.refusal(new Load(1, Duration.ZERO, 0, Duration.ZERO))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "5000, 2000, 8000, 3000",
    "5000, 6000, 4000, 4000",
    "0, 3000, 7000, 3000",
    "0, 0, 10000, 0",
    "0, 12000, -2000, 0",
  })
  void aTaskBeyondItsEstimateIsExpectedToTakeAsLongAgain(
      long estimate, long elapsed, long untilDeadline, long remaining) {
    assertThat(
            AdmissionPolicy.remaining(
                Duration.ofMillis(estimate),
                Duration.ofMillis(elapsed),
                Duration.ofMillis(untilDeadline)))
        .isEqualTo(Duration.ofMillis(remaining));
  }
}
