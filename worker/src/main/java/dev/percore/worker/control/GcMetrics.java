package dev.percore.worker.control;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Figures of the garbage collectors, by the names of Micrometer's `JvmGcMetrics`, read when they
/// are asked for. That one is told of each collection, for which the JVM makes objects by
/// reflection: 1.7 ms on another thread for a pause of 1 ms.
final class GcMetrics implements MeterBinder {
  @Override
  public void bindTo(MeterRegistry registry) {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector.getName().endsWith("Cycles")) {
        continue; // the program goes on meanwhile
      }
      FunctionTimer.builder(
              "jvm.gc.pause",
              collector,
              GarbageCollectorMXBean::getCollectionCount,
              GarbageCollectorMXBean::getCollectionTime,
              TimeUnit.MILLISECONDS)
          .description("Time spent in collections that stop all threads.")
          .tag("gc", collector.getName())
          .register(registry);
    }
    if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads) {
      FunctionCounter.builder(
              "jvm.gc.memory.allocated", threads, ThreadMXBean::getTotalThreadAllocatedBytes)
          .description("Bytes allocated on the heap.")
          .baseUnit(BaseUnits.BYTES)
          .register(registry);
    }
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(GcMetrics::isLongLived)
        .forEach(
            pool -> {
              gauge(
                  registry,
                  pool,
                  "jvm.gc.live.data.size",
                  "Used by long-lived objects after the last collection of these.",
                  live -> used(live.getCollectionUsage()));
              gauge(
                  registry,
                  pool,
                  "jvm.gc.max.data.size",
                  "Room for long-lived objects.",
                  room -> room.getUsage().getMax());
            });
  }

  private static void gauge(
      MeterRegistry registry,
      MemoryPoolMXBean pool,
      String name,
      String description,
      ToLongFunction<MemoryPoolMXBean> value) {
    Gauge.builder(name, pool, value::applyAsLong)
        .description(description)
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  private static boolean isLongLived(MemoryPoolMXBean pool) {
    String name = pool.getName();
    return name.contains("Old Gen") || name.contains("Tenured Gen");
  }

  private static long used(@Nullable MemoryUsage usage) {
    return usage == null ? 0 : usage.getUsed();
  }
}
