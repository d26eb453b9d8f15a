package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskMeterTest {
  @Test
  void measuresProcessorTimeAndMemoryOfTheThread() {
    TaskMeter meter = TaskMeter.start();
    byte[] memory = new byte[10_000_000];
    new Random(1).nextBytes(memory);
    TaskMeter.Spent spent = meter.spent();
    assertThat(memory).hasSize(10_000_000);
    assertThat(spent.allocatedBytes()).isBetween(10_000_000L, 12_000_000L);
    assertThat(spent.cpu()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(10));
  }

  @Test
  void waitingTakesNoProcessorTime() throws InterruptedException {
    TaskMeter meter = TaskMeter.start();
    Object nobody = new Object();
    synchronized (nobody) {
      long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
      while (System.nanoTime() - end < 0) {
        nobody.wait(300);
      }
    }
    assertThat(meter.spent().cpu()).isLessThan(Duration.ofMillis(150));
  }
}
