package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.compute.AdmissionPolicy.Load;
import dev.percore.worker.compute.Submission.Cause;
import java.time.Duration;
import java.util.Optional;
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
        refusal(
            policy,
            new Load(
                queued,
                Duration.ofMillis(queuedMillis),
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
    assertThat(none.isFull(new Load(0, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO))).isFalse();
    assertThat(none.isFull(new Load(0, Duration.ZERO, Duration.ZERO, 1, Duration.ZERO))).isTrue();
    assertThat(none.isFull(new Load(1, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO))).isTrue();
  }

  // What runs before it and what runs will take 3 s; its own estimate and its time; the refusal.
  @ParameterizedTest
  @CsvSource({
    "0, 3001, false",
    "0, 3000, true",
    "2000, 5001, false",
    "2000, 5000, true",
    "60000, 10000, true",
  })
  void refusesWhatIsNotExpectedToBeDoneInItsOwnTime(
      long estimateMillis, long timeMillis, boolean refused) {
    Load load =
        new Load(2, Duration.ofSeconds(60), Duration.ofSeconds(1), 1, Duration.ofSeconds(2));
    var refusal =
        policy.refusal(load, Duration.ofMillis(estimateMillis), Duration.ofMillis(timeMillis));
    if (refused) {
      assertThat(refusal)
          .contains(new Submission.Refused(Cause.TOO_LATE, 2, Duration.ofSeconds(3)));
    } else {
      assertThat(refusal).isEmpty();
    }
  }

  @Test
  void anIdleLaneTakesWhatIsNotExpectedToBeDoneInTime() {
    Load idle = new Load(0, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);
    assertThat(policy.refusal(idle, Duration.ofSeconds(60), Duration.ofMillis(1))).isEmpty();
  }

  private static Optional<Submission.Refused> refusal(AdmissionPolicy policy, Load load) {
    return policy.isFull(load)
        ? Optional.of(policy.full(load))
        : policy.refusal(load, Duration.ZERO, Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({
    "5000, 2000, 8000, 3000",
    "5000, 6000, 4000, 4000",
    "0, 3000, 7000, 3000",
    "0, 0, 10000, 0",
    "0, 12000, -2000, 2000",
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
