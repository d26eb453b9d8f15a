package dev.percore.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RehearsalTimeTest {
  private final AtomicLong clock = new AtomicLong(5);
  private final AtomicLong cpu = new AtomicLong(7);
  private final RehearsalTime time =
      RehearsalTime.begin(Duration.ofSeconds(2), Duration.ofSeconds(15), clock::get, cpu::get);

  @Test
  void endsByTheClockWhereTheCoresAreFree() {
    pass(1_999, 3_000);
    assertThat(time.isOver()).isFalse();
    pass(1, 0);
    assertThat(time.isOver()).isTrue();
  }

  @Test
  void goesOnWhereItGotLittleOfThem() {
    pass(2_000, 500);
    assertThat(time.isOver()).isFalse();
    assertThat(time.elapsedMillis()).isEqualTo(2_000);
    pass(2_500, 1_499);
    assertThat(time.isOver()).isFalse();
    pass(0, 1);
    assertThat(time.isOver()).isTrue();
  }

  @Test
  void endsAfterThreeTimesAsLong() {
    pass(5_999, 0);
    assertThat(time.isOver()).isFalse();
    assertThat(time.remainingNanos()).isEqualTo(1_000_000);
    pass(1, 0);
    assertThat(time.isOver()).isTrue();
    pass(100, 0);
    assertThat(time.remainingNanos()).isEqualTo(1);
  }

  @Test
  void endsWhereItWouldNotBeReadyInTimeButHasItsLimit() {
    RehearsalTime early =
        RehearsalTime.begin(Duration.ofSeconds(2), Duration.ofSeconds(3), clock::get, cpu::get);
    RehearsalTime late =
        RehearsalTime.begin(Duration.ofSeconds(4), Duration.ofSeconds(3), clock::get, cpu::get);
    pass(2_999, 0);
    assertThat(early.isOver()).isFalse();
    pass(1, 0);
    assertThat(early.isOver()).isTrue();
    pass(999, 0);
    assertThat(late.isOver()).isFalse();
    pass(1, 0);
    assertThat(late.isOver()).isTrue();
  }

  private void pass(long millis, long cpuMillis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    cpu.addAndGet(TimeUnit.MILLISECONDS.toNanos(cpuMillis));
  }
}
