package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TaskRunnerTest {
  private static final Duration BRIEF = Duration.ofNanos(40_000);
  private static final Duration LONG = Duration.ofMillis(2);

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong cpuClock = new AtomicLong();
  private final ServiceTimes times = new ServiceTimes();
  private final ShortTasks shortTasks = new ShortTasks();
  private final ComputeMetrics metrics = new ComputeMetrics(new SimpleMeterRegistry());
  private Duration estimateWhenLeaving = Duration.ZERO;
  private final FatalErrorHandler fatalErrors =
      error -> {
        throw new AssertionError(error);
      };
  private final TaskRunner runner =
      new TaskRunner(
          times,
          shortTasks,
          new TaskEnds(metrics, fatalErrors),
          metrics,
          fatalErrors,
          () -> estimateWhenLeaving = times.estimate("fake", 1),
          () -> {},
          new TaskMeter(clock::get, cpuClock::get),
          clock::get);

  @Test
  void aShortTaskThatLostItsCoreTeachesNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(runTask(BRIEF, BRIEF).isShort()).isEqualTo(i >= 10);
    }
    assertThat(runTask(LONG, BRIEF).isShort()).isTrue();
    assertThat(times.estimate("fake", 1)).isZero();
    assertThat(runTask(LONG, LONG).isShort()).as("it was as short as all others").isTrue();
    assertThat(times.estimate("fake", 1)).isEqualTo(LONG);
    assertThat(runTask(LONG, BRIEF).isShort()).as("the last one was long").isFalse();
  }

  @Test
  void aTaskLeavesBeforeItsTimeIsLearnt() {
    runTask(LONG, LONG);
    assertThat(estimateWhenLeaving).isZero();
    assertThat(times.estimate("fake", 1)).isEqualTo(LONG);
    runTask(LONG, LONG);
    assertThat(estimateWhenLeaving).isEqualTo(LONG);
  }

  private LaneTask runTask(Duration elapsed, Duration cpu) {
    FakeTask work =
        new FakeTask(
                _ -> {
                  clock.addAndGet(elapsed.toNanos());
                  cpuClock.addAndGet(cpu.toNanos());
                })
            .costing(1);
    TaskDeadline deadline = TaskDeadline.after(Duration.ofMinutes(1), clock.get());
    boolean isShort = shortTasks.includes(work);
    LaneTask task = new LaneTask(work, clock.get(), deadline, Duration.ZERO, isShort, false);
    task.started(clock.get());
    runner.execute(task);
    return task;
  }
}
