package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerBatchTest {
  private static final Duration SHORT = Duration.ofNanos(40_000);
  private static final Duration LONG = Duration.ofNanos(60_000);

  private final AtomicLong clock = new AtomicLong(-1_000);
  private final AtomicInteger wakeUps = new AtomicInteger();
  private final AnswerBatch batch = new AnswerBatch(Thread.currentThread(), clock::get);

  @Test
  void answersOfShortTasksWakeTheEventLoopTogether() {
    batch.after(task(10, SHORT));
    answer();
    batch.before(task(10, SHORT));
    answer();
    batch.before(task(9, SHORT));
    answer();
    assertThat(wakeUps).hasValue(0);
    batch.wake();
    batch.wake();
    assertThat(wakeUps).as("once for all of them").hasValue(1);
  }

  @Test
  void nothingWaitsWhileATaskRunsThatMayBeLong() {
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).as("nothing is known of it").hasValue(1);
    batch.after(task(10, SHORT));
    answer();
    batch.before(task(11, SHORT));
    assertThat(wakeUps).as("none as large was short").hasValue(2);
    batch.after(task(10, LONG));
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).as("the last one was long").hasValue(3);
  }

  @Test
  void aLongTaskOfAnotherSizeChangesNothing() {
    batch.after(task(10, SHORT));
    batch.after(task(1_000, LONG));
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(0);
  }

  @Test
  void aTaskOfUnknownCostIsNeverShort() {
    batch.after(task(Double.NaN, SHORT));
    batch.after(task(10, SHORT));
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(0);
    batch.before(task(Double.NaN, SHORT));
    assertThat(wakeUps).hasValue(1);
  }

  @Test
  void nothingWaitsForLong() {
    batch.after(task(10, SHORT));
    answer();
    clock.addAndGet(60_000);
    batch.before(task(10, SHORT));
    answer();
    assertThat(wakeUps).hasValue(0);
    clock.addAndGet(60_000);
    batch.before(task(10, SHORT));
    assertThat(wakeUps).as("the first has waited for 0.12 ms").hasValue(1);
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(1);
  }

  @Test
  void answersOfOtherThreadsWakeAtOnce() throws Exception {
    assertThat(CompletableFuture.supplyAsync(() -> batch.mayWait(Runnable::run)).get()).isFalse();
    batch.wake();
    assertThat(wakeUps).hasValue(0);
  }

  @Test
  void outlivesTheEventLoop() {
    assertThat(
            batch.mayWait(
                _ -> {
                  throw new RejectedExecutionException("ended");
                }))
        .isTrue();
    batch.wake();
    answer();
    batch.wake();
    assertThat(wakeUps).hasValue(1);
  }

  private void answer() {
    assertThat(batch.mayWait(_ -> wakeUps.incrementAndGet())).isTrue();
  }

  private static ComputeTask task(double cost, Duration cpu) {
    return FakeTask.quick().costing(cost).havingSpent(new TaskMeter.Spent(cpu, 0));
  }
}
