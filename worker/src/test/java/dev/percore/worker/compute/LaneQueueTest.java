package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.compute.LaneQueue.Offer;
import dev.percore.worker.compute.Submission.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LaneQueueTest {
  private final AtomicLong clock = new AtomicLong();
  private final LaneQueue queue =
      new LaneQueue(new AdmissionPolicy(3, Duration.ofSeconds(60)), clock::get);
  private final List<LaneLoad> loads = new ArrayList<>();

  @Test
  void theListenerIsToldOnEachPath() {
    queue.listen(loads::add);
    expect(LaneState.NEW, 0, 0, false);
    queue.open();
    expect(LaneState.RUNNING, 0, 0, false);
    LaneTask first = offer("a", 10);
    expect(LaneState.RUNNING, 1, 10, false);
    offer("a", 20);
    expect(LaneState.RUNNING, 2, 30, false);
    clock.set(5);
    assertThat(queue.take()).isEqualTo(first);
    assertThat(loads.removeLast())
        .isEqualTo(new LaneLoad(LaneState.RUNNING, 1, 1, millis(20), true, 5));
    queue.release();
    expect(LaneState.RUNNING, 1, 20, false);
    LaneTask third = offer("a", 40);
    expect(LaneState.RUNNING, 2, 60, false);
    assertThat(queue.remove(third)).isTrue();
    expect(LaneState.RUNNING, 1, 20, false);
    offer("a", 30);
    expect(LaneState.RUNNING, 2, 50, false);
    LaneTask away = queue.giveAway(_ -> true);
    assertThat(away).isNotNull();
    assertThat(away.estimate()).hasMillis(20);
    expect(LaneState.RUNNING, 1, 30, false);
    assertThat(queue.awayCount()).isEqualTo(1);
    LaneTask other = queue.take();
    assertThat(other).isNotNull();
    queue.release();
    expect(LaneState.RUNNING, 0, 0, false);
    assertThat(queue.putBack(away, true)).isEqualTo(LaneQueue.Back.WAITS);
    // It does not leave another time.
    assertThat(loads.removeLast())
        .isEqualTo(new LaneLoad(LaneState.RUNNING, 1, 0, millis(20), false, 0));
    assertThat(queue.removeOverdue(Duration.ofSeconds(60).toNanos() + 5)).containsExactly(away);
    expect(LaneState.RUNNING, 0, 0, false);
    for (int i = 0; i < 4; i++) {
      offer("a", 1);
    }
    expect(LaneState.RUNNING, 4, 4, false);
    assertThat(queue.offer(task("b", 2))).isInstanceOf(Offer.Displaced.class);
    expect(LaneState.RUNNING, 4, 5, false);
    assertThat(queue.close()).hasSize(4);
    expect(LaneState.CLOSED, 0, 0, false);
    assertThat(queue.putBack(away, true)).isEqualTo(LaneQueue.Back.GIVEN_UP);
    assertThat(queue.offer(task("a", 1)))
        .isInstanceOfSatisfying(
            Offer.Refused.class,
            refused -> assertThat(refused.why().cause()).isEqualTo(Cause.STOPPING));
  }

  @Test
  void aFullQueueMakesWayForAClientWithLess() {
    queue.open();
    offer("a", 1);
    offer("a", 1);
    offer("a", 1);
    LaneTask last = offer("a", 1);
    assertThat(queue.offer(task("a", 1)))
        .isInstanceOfSatisfying(
            Offer.Refused.class,
            refused -> assertThat(refused.why().cause()).isEqualTo(Cause.QUEUE_FULL));
    assertThat(queue.offer(task("b", 1)))
        .isInstanceOfSatisfying(
            Offer.Displaced.class,
            displaced -> {
              assertThat(displaced.other()).isEqualTo(last);
              assertThat(displaced.why().cause()).isEqualTo(Cause.QUEUE_FULL);
            });
    assertThat(queue.waitingCount()).isEqualTo(4);
    // Now it would have as many as the other.
    assertThat(queue.offer(task("b", 1))).isInstanceOf(Offer.Displaced.class);
    assertThat(queue.offer(task("b", 1))).isInstanceOf(Offer.Refused.class);
  }

  @Test
  void nobodyMakesWayForWhatIsTooLateAnyway() {
    queue.open();
    for (int i = 0; i < 4; i++) {
      offer("a", 10_000);
    }
    assertThat(queue.offer(task("b", 70_000)))
        .isInstanceOfSatisfying(
            Offer.Refused.class,
            refused -> assertThat(refused.why().cause()).isEqualTo(Cause.TOO_LATE));
    assertThat(queue.waitingCount()).isEqualTo(4);
  }

  @Test
  void whatRunsLaterDoesNotCountForTheTimeOfANewOne() {
    queue.open();
    offer("a", 50_000);
    offer("a", 5_000);
    assertThat(queue.offer(task("b", 10, Duration.ofSeconds(1)))).isInstanceOf(Offer.Added.class);
    assertThat(queue.offer(task("a", 6_000, Duration.ofSeconds(11))))
        .isInstanceOf(Offer.Refused.class);
    assertThat(queue.offer(task("a", 6_000, Duration.ofSeconds(12))))
        .isInstanceOf(Offer.Added.class);
  }

  @Test
  void deadlinesAreKeptInAnyOrder() {
    queue.open();
    LaneTask patient = task("a", 1, Duration.ofSeconds(50));
    LaneTask hasty = task("a", 1, Duration.ofSeconds(5));
    queue.offer(patient);
    queue.offer(hasty);
    assertThat(queue.removeOverdue(Duration.ofSeconds(5).toNanos() - 1)).isEmpty();
    assertThat(queue.removeOverdue(Duration.ofSeconds(5).toNanos())).containsExactly(hasty);
    assertThat(queue.removeOverdue(Duration.ofSeconds(50).toNanos())).containsExactly(patient);
  }

  @Test
  void shortTasksStayWhileTheLaneIsAtShortOnes() {
    openAndListen();
    queue.offer(shortTask());
    queue.offer(shortTask());
    queue.offer(shortTask());
    assertThat(portable()).isZero();
    assertThat(queue.take()).isNotNull();
    clock.addAndGet(millis(5) - 1);
    assertThat(queue.hasToGive()).isFalse();
    assertThat(queue.giveAway(_ -> true)).isNull();
    assertThat(portable()).isZero();
    clock.addAndGet(1);
    assertThat(queue.removeOverdue(clock.get())).isEmpty();
    assertThat(portable()).as("the one that runs is none after all").isEqualTo(2);
    assertThat(queue.hasToGive()).isTrue();
    assertThat(queue.giveAway(_ -> true)).isNotNull();
  }

  @Test
  void shortTasksBehindOneThatWasLongMayBeLongAsWell() {
    openAndListen();
    queue.offer(shortTask(Duration.ofMillis(3)));
    queue.offer(shortTask(Duration.ofNanos(40_000)));
    queue.offer(shortTask(Duration.ofNanos(40_000)));
    assertThat(queue.take()).isNotNull();
    assertThat(portable()).isZero();
    next();
    assertThat(portable()).isEqualTo(1);
    clock.addAndGet(millis(5));
    assertThat(queue.hasToGive()).isTrue();
    clock.addAndGet(-millis(5));
    next();
    queue.offer(shortTask());
    assertThat(portable()).as("it was not").isZero();
  }

  @Test
  void oneThatWasThereForLongCastsDoubtOnThoseBehindIt() {
    openAndListen();
    for (int i = 0; i < 4; i++) {
      queue.offer(shortTask());
    }
    assertThat(queue.take()).isNotNull();
    clock.addAndGet(millis(1)); // it waits for something, or has lost its core
    next();
    assertThat(portable()).isEqualTo(2);
    next();
    assertThat(portable()).isZero();
  }

  @Test
  void oneThatWasGivenUpSaysNothingOfThoseBehindIt() {
    openAndListen();
    queue.offer(shortTask(Duration.ZERO));
    queue.offer(shortTask());
    queue.offer(shortTask());
    assertThat(queue.take()).isNotNull();
    next();
    assertThat(portable()).isZero();
  }

  @Test
  void shortTasksBehindALongOneAreWorthTheWay() {
    openAndListen();
    offer("a", 1_000);
    assertThat(queue.take()).isNotNull();
    queue.offer(shortTask());
    assertThat(portable()).isEqualTo(1);
    assertThat(queue.giveAway(_ -> true)).isNotNull();
  }

  private void openAndListen() {
    queue.listen(loads::add);
    queue.open();
  }

  // What runs leaves, and another one comes.
  private void next() {
    queue.release();
    assertThat(queue.take()).isNotNull();
  }

  private int portable() {
    return loads.getLast().portable();
  }

  private LaneTask offer(String client, int estimateMillis) {
    LaneTask task = task(client, estimateMillis);
    assertThat(queue.offer(task)).isInstanceOf(Offer.Added.class);
    return task;
  }

  private LaneTask task(String client, int estimateMillis) {
    return task(client, estimateMillis, Duration.ofSeconds(60));
  }

  private LaneTask task(String client, int estimateMillis, Duration timeout) {
    return new LaneTask(
        FakeTask.quick().of(client),
        clock.get(),
        TaskDeadline.after(timeout, clock.get()),
        Duration.ofMillis(estimateMillis),
        false,
        true);
  }

  private LaneTask shortTask() {
    return shortTask(Duration.ofNanos(40_000));
  }

  private LaneTask shortTask(Duration spent) {
    FakeTask work = FakeTask.quick().havingSpent(new TaskMeter.Spent(spent, spent, 0));
    TaskDeadline deadline = TaskDeadline.after(Duration.ofSeconds(60), clock.get());
    return new LaneTask(work, clock.get(), deadline, Duration.ZERO, true, true);
  }

  private void expect(LaneState state, int waiting, long estimateMillis, boolean running) {
    assertThat(loads.removeLast())
        .isEqualTo(new LaneLoad(state, waiting, waiting, millis(estimateMillis), running, 0));
  }

  private static long millis(long value) {
    return Duration.ofMillis(value).toNanos();
  }
}
