package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.compute.TaskMeter.Spent;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskMeterTest {
  private long nanos = -1_000;
  private long cpuNanos = 500;
  private final AtomicInteger readings = new AtomicInteger();
  private final TaskMeter meter =
      new TaskMeter(
          () -> nanos,
          () -> {
            readings.incrementAndGet();
            return cpuNanos;
          });

  @Test
  void measuresProcessorTimeAndMemoryOfTheThread() {
    TaskMeter real = new TaskMeter();
    real.start();
    byte[] memory = new byte[10_000_000];
    new Random(1).nextBytes(memory);
    Spent spent = real.spent();
    assertThat(memory).hasSize(10_000_000);
    assertThat(spent.allocatedBytes()).isBetween(10_000_000L, 12_000_000L);
    assertThat(spent.cpu()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(10));
    assertThat(spent.elapsed()).isGreaterThanOrEqualTo(spent.cpu());
  }

  @Test
  void waitingTakesNoProcessorTime() throws InterruptedException {
    TaskMeter real = new TaskMeter();
    real.start();
    Object nobody = new Object();
    synchronized (nobody) {
      long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
      while (System.nanoTime() - end < 0) {
        nobody.wait(300);
      }
    }
    Spent spent = real.spent();
    assertThat(spent.cpu()).isLessThan(Duration.ofMillis(150));
    assertThat(spent.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void aBriefTaskHadTheCoreAllTheTimeAndNeedsNoReading() {
    meter.start();
    readings.set(0);
    for (int i = 0; i < 3; i++) {
      meter.start();
      run(5_000, 5_000);
      assertThat(cpuAndElapsed(meter.spent())).isEqualTo("5000 of 5000");
    }
    meter.start();
    run(5_000, 1_000);
    assertThat(cpuAndElapsed(meter.spent())).as("too long by as much").isEqualTo("5000 of 5000");
    assertThat(readings).hasValue(0);
  }

  @Test
  void aLongerOneIsMeasuredFromTheReadingBefore() {
    meter.start();
    run(3_000, 3_000);
    meter.start();
    readings.set(0);
    run(90_000, 70_000);
    assertThat(cpuAndElapsed(meter.spent())).isEqualTo("70000 of 90000");
    assertThat(readings).hasValue(1);
    run(10_000, 10_000);
    meter.start();
    run(40_000, 30_000);
    assertThat(cpuAndElapsed(meter.spent())).isEqualTo("30000 of 40000");
    assertThat(readings).as("the end of one is the beginning of the next").hasValue(2);
  }

  @Test
  void whatTheThreadDidBetweenIsNotTheNextTasks() {
    meter.start();
    run(15_000, 0); // the core was taken from it between two tasks
    meter.start();
    run(30_000, 30_000);
    assertThat(cpuAndElapsed(meter.spent())).as("too short by as much").isEqualTo("15000 of 30000");
    run(15_000, 0);
    meter.start();
    run(30_000, 3_000);
    assertThat(cpuAndElapsed(meter.spent())).as("0 is for what never ran").isEqualTo("1 of 30000");
    run(1_000_000, 900_000);
    meter.start();
    run(30_000, 30_000);
    assertThat(cpuAndElapsed(meter.spent())).isEqualTo("30000 of 30000");
  }

  private void run(long elapsed, long cpu) {
    nanos += elapsed;
    cpuNanos += cpu;
  }

  private static String cpuAndElapsed(Spent spent) {
    return spent.cpu().toNanos() + " of " + spent.elapsed().toNanos();
  }
}
