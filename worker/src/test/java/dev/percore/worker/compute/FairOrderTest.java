package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairOrderTest {
  private final FairOrder order = new FairOrder();
  // Near the end of the range, so that sums overflow.
  private long now = Long.MAX_VALUE - millis(500);

  @Test
  void isEmptyAtFirst() {
    assertThat(order.take(now)).isNull();
    assertThat(order.size()).isZero();
    assertThat(order.estimateNanos()).isZero();
  }

  @Test
  void takesEqualTasksOfOneClientInTheirOrder() {
    List<LaneTask> added = List.of(add("a", 0), add("a", 0), add("a", 0));
    assertThat(takeAll()).isEqualTo(added);
  }

  @Test
  void takesTheShortOnesOfOneClientFirst() {
    LaneTask big = add("a", 5000);
    LaneTask middle = add("a", 100);
    LaneTask small = add("a", 1);
    assertThat(takeAll()).containsExactly(small, middle, big);
  }

  @Test
  void aTaskIsOvertakenOnlyByThoseThatComeWithinItsEstimate() {
    LaneTask big = add("a", 1000);
    now += millis(998);
    LaneTask inTime = add("a", 1);
    now += millis(2);
    LaneTask tooLate = add("a", 1);
    assertThat(takeAll()).containsExactly(inTime, big, tooLate);
  }

  @Test
  void aFloodOfBigTasksDoesNotKeepTheSmallOnesOfAnotherWaiting() {
    for (int i = 0; i < 50; i++) {
      add("flood", 1000);
    }
    run(3);
    List<LaneTask> small = List.of(add("other", 10), add("other", 10), add("other", 10));
    assertThat(List.of(takeAndRun(), takeAndRun(), takeAndRun())).isEqualTo(small);
  }

  @Test
  void aFloodOfTasksOfWhichNothingIsKnownIsChargedWhenTheyAreDone() {
    for (int i = 0; i < 50; i++) {
      add("flood", 0);
    }
    LaneTask first = Objects.requireNonNull(order.take(now));
    now += millis(1000);
    order.settle(first, millis(1000), now);
    List<LaneTask> small = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      small.add(add("other", 10));
    }
    List<LaneTask> taken = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      taken.add(takeAndRun());
    }
    assertThat(taken).isEqualTo(small);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void clientsThatAlwaysHaveTasksShareTheTimeEqually(long seed) {
    Random random = new Random(seed);
    int[] longest = {10, 100, 1000};
    Map<String, Long> servedMillis = new HashMap<>();
    for (int i = 0; i < longest.length; i++) {
      keepBusy("client" + i, longest[i], random);
    }
    for (int i = 0; i < 20_000; i++) {
      LaneTask task = takeAndRun();
      String client = task.client().text();
      servedMillis.merge(client, task.estimate().toMillis(), Long::sum);
      add(client, 1 + random.nextInt(longest[client.charAt(6) - '0']));
    }
    long total = servedMillis.values().stream().mapToLong(Long::longValue).sum();
    // The lead of one over another is a matter of a few of the longest tasks, however long it goes
    // on.
    assertThat(servedMillis.values())
        .hasSize(3)
        .allSatisfy(served -> assertThat(served).isCloseTo(total / 3, within(10_000L)));
    assertThat(total).isGreaterThan(200_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingStarvesInAnOverloadOfShortTasksOfEverNewClients(long seed) {
    Random random = new Random(seed);
    LaneTask big = add("big", 2000);
    for (int i = 0; ; i++) {
      assertThat(i).isLessThan(10_000);
      // More than one can do: their backlog grows.
      add("new" + i, 1 + random.nextInt(20));
      add("new too" + i, 1 + random.nextInt(20));
      LaneTask taken = takeAndRun();
      if (taken == big) {
        break;
      }
      // It is overtaken only by those that came soon enough.
      assertThat(taken.submittedNanos() - big.submittedNanos()).isLessThan(big.estimateNanos());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void isWorkConservingAndLosesNothingWhateverHappens(long seed) {
    Random random = new Random(seed);
    Set<LaneTask> waiting = new HashSet<>();
    ArrayDeque<LaneTask> away = new ArrayDeque<>();
    for (int i = 0; i < 5_000; i++) {
      now += millis(random.nextInt(20));
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> waiting.add(add("c" + random.nextInt(5), random.nextInt(100)));
        case 3, 4 -> {
          LaneTask taken = order.take(now);
          assertThat(taken == null).isEqualTo(waiting.isEmpty());
          if (taken != null) {
            assertThat(waiting.remove(taken)).isTrue();
            order.settle(taken, millis(random.nextInt(200)), now);
          }
        }
        case 5 -> {
          LaneTask given = order.take(task -> task.estimateNanos() % 2 == 0, now);
          if (given != null) {
            assertThat(waiting.remove(given)).isTrue();
            away.add(given);
          }
        }
        case 6 -> {
          if (!away.isEmpty()) {
            LaneTask back = away.remove();
            order.putBack(back, now);
            waiting.add(back);
          }
        }
        default -> {
          if (!waiting.isEmpty()) {
            LaneTask unwanted = waiting.iterator().next();
            assertThat(order.remove(unwanted)).isTrue();
            assertThat(order.remove(unwanted)).isFalse();
            waiting.remove(unwanted);
          }
        }
      }
      assertThat(order.size()).isEqualTo(waiting.size());
      assertThat(order.estimateNanos())
          .isEqualTo(waiting.stream().mapToLong(LaneTask::estimateNanos).sum());
    }
    assertThat(new HashSet<>(takeAll())).isEqualTo(waiting);
  }

  @Test
  void aTaskThatIsRemovedCostsItsClientNothing() {
    LaneTask unwanted = add("a", 1000);
    assertThat(order.remove(unwanted)).isTrue();
    LaneTask next = add("a", 10);
    add("b", 20);
    assertThat(order.take(now)).isEqualTo(next);
  }

  @Test
  void aTaskThatComesBackHasItsOldPlaceAndIsNotChargedTwice() {
    LaneTask first = add("a", 10);
    LaneTask second = add("a", 10);
    LaneTask other = add("b", 11);
    assertThat(order.take(now)).isEqualTo(first);
    order.putBack(first, now);
    assertThat(takeAll()).containsExactly(first, other, second);
  }

  @Test
  void theLastOneOfTheClientWithTheMostMakesWay() {
    add("a", 1);
    add("a", 1);
    LaneTask last = add("a", 5);
    add("b", 99);
    assertThat(order.displacedBy(new ClientName("a"))).isNull();
    assertThat(order.displacedBy(new ClientName("b"))).isEqualTo(last);
    assertThat(order.displacedBy(new ClientName("c"))).isEqualTo(last);
    order.remove(last);
    assertThat(order.displacedBy(new ClientName("b"))).isNull();
  }

  @Test
  void foretellsWhatRunsBeforeANewcomer() {
    add("a", 1000);
    add("a", 10);
    assertThat(aheadMillis("a", 1)).isZero();
    assertThat(aheadMillis("a", 100)).isEqualTo(10);
    assertThat(aheadMillis("a", 2000)).isEqualTo(1010);
    assertThat(aheadMillis("b", 1)).isZero();
    assertThat(aheadMillis("b", 5000)).isEqualTo(1010);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatItForetellsIsRightUpToOneTaskOfEachClient(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      add("c" + random.nextInt(4), random.nextInt(100));
    }
    run(random.nextInt(30));
    LaneTask newcomer = task("c" + random.nextInt(5), random.nextInt(100));
    long foretold = order.aheadNanos(newcomer, now);
    order.add(newcomer, now);
    long before = now;
    LaneTask taken = Objects.requireNonNull(order.take(now));
    while (taken != newcomer) {
      now += taken.estimateNanos();
      taken = Objects.requireNonNull(order.take(now));
    }
    assertThat(Duration.ofNanos(now - before))
        .isCloseTo(Duration.ofNanos(foretold), Duration.ofMillis(4 * 100));
  }

  private void keepBusy(String client, int longestMillis, Random random) {
    for (int i = 0; i < 10; i++) {
      add(client, 1 + random.nextInt(longestMillis));
    }
  }

  private long aheadMillis(String client, int estimateMillis) {
    return Duration.ofNanos(order.aheadNanos(task(client, estimateMillis), now)).toMillis();
  }

  private LaneTask add(String client, int estimateMillis) {
    LaneTask task = task(client, estimateMillis);
    order.add(task, now);
    return task;
  }

  private LaneTask task(String client, int estimateMillis) {
    return new LaneTask(
        FakeTask.quick().of(client),
        now,
        TaskDeadline.after(Duration.ofMinutes(1), now),
        Duration.ofMillis(estimateMillis),
        false,
        true);
  }

  private void run(int tasks) {
    for (int i = 0; i < tasks; i++) {
      takeAndRun();
    }
  }

  private LaneTask takeAndRun() {
    LaneTask task = Objects.requireNonNull(order.take(now));
    now += task.estimateNanos();
    order.settle(task, task.estimateNanos(), now);
    return task;
  }

  private List<LaneTask> takeAll() {
    List<LaneTask> all = new ArrayList<>();
    for (LaneTask next = order.take(now); next != null; next = order.take(now)) {
      all.add(next);
    }
    return all;
  }

  private static long millis(long value) {
    return Duration.ofMillis(value).toNanos();
  }
}
