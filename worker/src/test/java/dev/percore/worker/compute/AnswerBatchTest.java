package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerBatchTest {
  private static final Duration SHORT = Duration.ofNanos(40_000);
  private static final Duration LONG = Duration.ofNanos(60_000);

  private final AtomicLong clock = new AtomicLong(-1_000);
  private final AtomicInteger wakeUps = new AtomicInteger();
  private final Executor loop = _ -> wakeUps.incrementAndGet();
  private final ShortTasks shortTasks = new ShortTasks();
  private final AnswerBatch batch = new AnswerBatch(Thread.currentThread(), shortTasks, clock::get);

  @Test
  void answersOfShortTasksWakeTheEventLoopTogether() {
    settle(10);
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
    settle(10);
    answer();
    batch.before(task(11, SHORT));
    assertThat(wakeUps).as("none as large was short").hasValue(2);
    shortTasks.learn(task(10, LONG), true);
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).as("the last one was long").hasValue(3);
  }

  @Test
  void aLongTaskOfAnotherSizeChangesNothing() {
    settle(10);
    shortTasks.learn(task(1_000, LONG), true);
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(0);
  }

  @Test
  void aTaskOfUnknownCostIsNeverShort() {
    shortTasks.learn(task(Double.NaN, SHORT), true);
    settle(10);
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(0);
    batch.before(task(Double.NaN, SHORT));
    assertThat(wakeUps).hasValue(1);
  }

  @Test
  void nothingWaitsForLong() {
    settle(10);
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
    assertThat(CompletableFuture.supplyAsync(() -> batch.mayWait(loop)).get()).isFalse();
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

  @Test
  void oneShortTaskIsNotEnough() {
    shortTasks.learn(task(10, LONG), true);
    for (int i = 0; i < 9; i++) {
      shortTasks.learn(task(10, SHORT), true);
    }
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(1);
    shortTasks.learn(task(10, SHORT), true);
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).as("ten are").hasValue(1);
    shortTasks.learn(task(20, SHORT), true);
    batch.before(task(20, SHORT));
    assertThat(wakeUps).as("of what costs more they say nothing").hasValue(2);
  }

  @Test
  void learnsThatATaskIsShortOnlyFromOneThatEndedWell() {
    for (int i = 0; i < 20; i++) {
      shortTasks.learn(task(10, SHORT), false);
    }
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).hasValue(1);
    settle(10);
    shortTasks.learn(task(10, LONG), false);
    answer();
    batch.before(task(10, SHORT));
    assertThat(wakeUps).as("that it is long, from any").hasValue(2);
  }

  @Test
  void aSecondEventLoopIsNotLeftAsleep() {
    answer();
    assertThat(batch.mayWait(Runnable::run)).isFalse();
  }

  private void settle(double cost) {
    for (int i = 0; i < 10; i++) {
      shortTasks.learn(task(cost, SHORT), true);
    }
  }

  private void answer() {
    assertThat(batch.mayWait(loop)).isTrue();
  }

  private static ComputeTask task(double cost, Duration cpu) {
    return FakeTask.quick().costing(cost).havingSpent(new TaskMeter.Spent(cpu, cpu, 0));
  }
}
