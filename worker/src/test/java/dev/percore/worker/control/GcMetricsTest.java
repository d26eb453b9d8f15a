package dev.percore.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GcMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void collectionsAndTheirTimeAreCounted() {
    new GcMetrics().bindTo(registry);
    double before = collections();

    System.gc();

    assertThat(collections()).isGreaterThan(before);
    assertThat(registry.get("jvm.gc.pause").functionTimers())
        .extracting(timer -> timer.totalTime(TimeUnit.SECONDS))
        .anyMatch(seconds -> seconds > 0)
        .allMatch(seconds -> seconds < 60);
  }

  @Test
  void memoryIsCounted() {
    new GcMetrics().bindTo(registry);
    double before = registry.get("jvm.gc.memory.allocated").functionCounter().count();
    byte[] memory = new byte[1 << 20];

    assertThat(registry.get("jvm.gc.memory.allocated").functionCounter().count())
        .isGreaterThanOrEqualTo(before + memory.length);
    System.gc();
    assertThat(registry.get("jvm.gc.live.data.size").gauge().value()).isPositive();
    assertThat(registry.get("jvm.gc.max.data.size").gauge().value()).isPositive();
  }

  private double collections() {
    return registry.get("jvm.gc.pause").functionTimers().stream()
        .mapToDouble(FunctionTimer::count)
        .sum();
  }
}
