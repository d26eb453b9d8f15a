package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.compute.TaskMeter.Spent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShortTasksTest {
  private static final Duration BRIEF = Duration.ofNanos(40_000);
  private static final Duration LONG = Duration.ofNanos(60_000);

  private final ShortTasks tasks = new ShortTasks();

  @Test
  void oneThatIsLongWeighsAsMuchAsSixtyShortOnes() {
    learn(10, 1, BRIEF);
    assertThat(includes(1)).isTrue();
    learn(1, 1, LONG);
    learn(59, 1, BRIEF);
    assertThat(includes(1)).isFalse();
    learn(1, 1, BRIEF);
    assertThat(includes(1)).isTrue();
    learn(1_000, 1, BRIEF);
    learn(1, 1, LONG);
    assertThat(includes(1)).as("of that many one may be").isTrue();
    learn(1, 1, LONG);
    assertThat(includes(1)).isFalse();
    learn(100, 1, LONG);
    learn(60, 1, BRIEF);
    assertThat(includes(1)).isTrue();
  }

  @Test
  void oneThatCostsMoreDoesNotMakeUpForIt() {
    learn(10, 1, BRIEF);
    learn(1, 1, LONG);
    learn(30, 1, BRIEF);
    learn(29, 2, BRIEF);
    assertThat(includes(2)).isFalse();
    learn(1, 2, BRIEF);
    assertThat(includes(2)).isTrue();
  }

  @Test
  void oneThatCostMuchAndWasShortByChanceDoesNotSpoilTheRest() {
    learn(100, 1, BRIEF);
    learn(1, 9, BRIEF);
    for (int i = 0; i < 20; i++) {
      learn(10, 1, BRIEF);
      learn(1, 8, LONG);
    }
    assertThat(includes(1)).isTrue();
    assertThat(includes(8)).isFalse();
  }

  @Test
  void saysNothingOfWhatCostsLess() {
    learn(10, 1, BRIEF);
    learn(1, 2, LONG);
    learn(1, Double.NaN, LONG);
    assertThat(includes(1)).isTrue();
  }

  @Test
  void learnsThatTasksAreShortFromThoseThatEndedWell() {
    for (int i = 0; i < 100; i++) {
      tasks.learn(task(1, BRIEF, BRIEF), false);
    }
    assertThat(includes(1)).isFalse();
  }

  @Test
  void waitingIsNoMakingUp() {
    learn(10, 1, BRIEF);
    learn(1, 1, LONG);
    learn(9, 1, BRIEF);
    learnWaiting(1);
    learn(50, 1, BRIEF);
    assertThat(includes(1)).isFalse();
    learn(1, 1, BRIEF);
    assertThat(includes(1)).isTrue();
  }

  @Test
  void oneThatWaitsEachTimeIsNotShort() {
    learn(1_000, 1, BRIEF);
    learnWaiting(2);
    assertThat(includes(1)).as("its core may have been taken from it").isTrue();
    learnWaiting(1);
    assertThat(includes(1)).isFalse();
    learnWaiting(100);
    learn(10, 1, BRIEF);
    assertThat(includes(1)).isTrue();
  }

  @Test
  void functionsAreToldApart() {
    learn(10, 1, BRIEF);
    assertThat(tasks.includes(new FakeTask(_ -> {}).costing(1).named("other"))).isFalse();
  }

  private void learn(int times, double cost, Duration spent) {
    learn(times, task(cost, spent, spent));
  }

  private void learnWaiting(int times) {
    learn(times, task(1, Duration.ofMillis(1), BRIEF));
  }

  private void learn(int times, ComputeTask done) {
    for (int i = 0; i < times; i++) {
      tasks.learn(done, true);
    }
  }

  private static ComputeTask task(double cost, Duration elapsed, Duration cpu) {
    return FakeTask.quick().costing(cost).havingSpent(new Spent(elapsed, cpu, 0));
  }

  private boolean includes(double cost) {
    return tasks.includes(FakeTask.quick().costing(cost));
  }
}
