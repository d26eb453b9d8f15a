package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.ServerConfig;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.compute.ComputeTask.Abandonment;
import dev.percore.worker.compute.Submission.Accepted;
import dev.percore.worker.compute.Submission.Cause;
import dev.percore.worker.compute.Submission.Refused;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ComputeLaneTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /// What has waited for so long may move, whatever is known of it.
  private static final Duration LONG_ENOUGH = Duration.ofMillis(6);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
  private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final ComputeLane lane = lane(() -> {}, registry);

  @BeforeEach
  void start() {
    lane.start();
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    lane.close();
    awaitTermination(lane);
  }

  @Test
  void runsTasksInTheirOrderOnTheThreadOfTheSlot() throws Exception {
    FakeTask first = accepted(FakeTask.quick());
    FakeTask second = accepted(FakeTask.quick());
    assertThat(first.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(second.awaitEnd()).isEqualTo("done on compute-3");
  }

  @Test
  void setsTheThreadUpBeforeTheFirstTask() throws Exception {
    CompletableFuture<String> setUp = new CompletableFuture<>();
    try (ComputeLane other = lane(() -> setUp.complete(Thread.currentThread().getName()))) {
      other.start();
      assertThat(setUp.get(10, TimeUnit.SECONDS)).isEqualTo("compute-3");
    }
  }

  @Test
  void waitsForTheSetup() throws Exception {
    Thread waiting = Thread.currentThread();
    var isSetUp = new AtomicBoolean();
    try (ComputeLane other =
        lane(
            () -> {
              while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              isSetUp.set(true);
            })) {
      other.start();
      other.awaitSetup();
      assertThat(isSetUp).isTrue();
    }
  }

  @Test
  void worksOnWhenTheSetupFails() throws Exception {
    try (ComputeLane other =
        lane(
            () -> {
              throw new IllegalStateException("no such core");
            })) {
      other.start();
      other.awaitSetup();
      FakeTask task = FakeTask.quick();
      assertThat(other.submit(task)).isInstanceOf(Accepted.class);
      assertThat(task.awaitEnd()).isEqualTo("done on compute-3");
    }
  }

  @Test
  void refusesWhatTheQueueCannotHold() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    accepted(FakeTask.quick());
    accepted(FakeTask.quick());
    assertThat(lane.submit(FakeTask.quick()))
        .isEqualTo(new Refused(Cause.QUEUE_FULL, 2, Duration.ofSeconds(1)));
    assertThat(lane.queued()).isEqualTo(2);
    assertThat(lane.running()).isEqualTo(1);
    assertThat(count("refused")).isEqualTo(1);
  }

  @Test
  void tellsWhenToRetryByTheTimesMeasured() throws Exception {
    FakeTask slow = new FakeTask(_ -> clock.addAndGet(Duration.ofSeconds(3).toNanos()));
    accepted(slow).awaitEnd();
    awaitCompleted(1);
    accepted(FakeTask.until(release)).awaitStart();
    accepted(FakeTask.quick());
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    accepted(FakeTask.quick());
    assertThat(lane.submit(FakeTask.quick()))
        .isEqualTo(new Refused(Cause.QUEUE_FULL, 2, Duration.ofSeconds(2 + 3 + 3)));
  }

  @Test
  void refusesEarlyWhatCouldNotBeDoneInTime() throws Exception {
    FakeTask slow = new FakeTask(_ -> clock.addAndGet(Duration.ofSeconds(4).toNanos()));
    accepted(slow).awaitEnd();
    awaitCompleted(1);
    accepted(FakeTask.until(release)).awaitStart();
    accepted(FakeTask.quick());
    assertThat(lane.submit(FakeTask.quick()))
        .isEqualTo(new Refused(Cause.TOO_LATE, 1, Duration.ofSeconds(8)));
  }

  @Test
  void aTaskHasItsOwnTimeButNoMoreThanTheLaneGives() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask hasty = accepted(FakeTask.quick().within(Duration.ofSeconds(2)));
    FakeTask patient = accepted(FakeTask.quick().within(Duration.ofHours(2)));
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    lane.expireOverdue();
    assertThat(hasty.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    assertThat(lane.queued()).isEqualTo(1);
    clock.addAndGet(Duration.ofSeconds(8).toNanos());
    lane.expireOverdue();
    assertThat(patient.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
  }

  @Test
  void smallTasksOfOneClientDoNotWaitForTheFloodOfAnother() throws Exception {
    accepted(FakeTask.until(release).of("flood")).awaitStart();
    List<String> order = new CopyOnWriteArrayList<>();
    accepted(new FakeTask(_ -> order.add("flood")).of("flood"));
    accepted(new FakeTask(_ -> order.add("flood")).of("flood"));
    FakeTask small = accepted(new FakeTask(_ -> order.add("other")).of("other"));
    release.countDown();
    assertThat(small.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(order).first().isEqualTo("other");
  }

  @Test
  void theGreediestClientMakesWayInAFullQueue() throws Exception {
    accepted(FakeTask.until(release).of("flood")).awaitStart();
    FakeTask first = accepted(FakeTask.quick().of("flood"));
    FakeTask last = accepted(FakeTask.quick().of("flood"));
    FakeTask other = accepted(FakeTask.quick().of("other"));
    assertThat(last.awaitEnd()).isEqualTo(new Refused(Cause.QUEUE_FULL, 2, Duration.ofSeconds(1)));
    assertThat(count("refused")).isEqualTo(1);
    release.countDown();
    assertThat(other.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(first.awaitEnd()).isEqualTo("done on compute-3");
  }

  @Test
  void givesAwayOnlyWhatIsPortableAndOnce() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask rooted = accepted(FakeTask.quick());
    FakeTask portable = accepted(FakeTask.quick().portable());
    assertThat(lane.giveAway(_ -> true)).as("it would not save time").isEmpty();
    clock.addAndGet(LONG_ENOUGH.toNanos());
    AwayTask given = lane.giveAway(_ -> true).orElseThrow();
    assertThat(given.task()).isEqualTo(portable);
    assertThat(given.queuedNanos()).isEqualTo(LONG_ENOUGH.toNanos());
    assertThat(given.remainingNanos()).isEqualTo(TIMEOUT.minus(LONG_ENOUGH).toNanos());
    assertThat(lane.giveAway(_ -> true)).isEmpty();
    assertThat(lane.queued()).isEqualTo(1);
    assertThat(lane.away()).isEqualTo(1);
    given.putBack(false);
    assertThat(lane.queued()).isEqualTo(2);
    assertThat(lane.giveAway(task -> !task.equals(portable))).isEmpty();
    given = lane.giveAway(_ -> true).orElseThrow();
    given.putBack(true);
    assertThat(lane.queued()).isEqualTo(2);
    assertThat(lane.giveAway(_ -> true)).as("it stays").isEmpty();
    release.countDown();
    assertThat(rooted.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(portable.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(given.end()).isFalse();
  }

  @Test
  void aTaskThatIsAwayIsRecalledWhenItsClientLeavesOrItsTimeIsOver() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask unwanted = FakeTask.quick().portable();
    Accepted accepted = (Accepted) lane.submit(unwanted);
    clock.addAndGet(LONG_ENOUGH.toNanos());
    AwayTask given = lane.giveAway(_ -> true).orElseThrow();
    CountDownLatch recalled = new CountDownLatch(2);
    given.onRecall(recalled::countDown);
    accepted.ticket().cancel();
    assertThat(unwanted.awaitEnd()).isEqualTo(Abandonment.CLIENT_GONE);
    assertThat(given.end()).isFalse();

    FakeTask slow = accepted(FakeTask.quick().portable());
    clock.addAndGet(LONG_ENOUGH.toNanos());
    AwayTask late = lane.giveAway(_ -> true).orElseThrow();
    clock.addAndGet(TIMEOUT.plusSeconds(1).toNanos());
    lane.expireOverdue();
    assertThat(slow.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    late.onRecall(recalled::countDown);
    assertThat(recalled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(count("expired") + count("cancelled")).as("the other worker counts them").isZero();
    late.putBack(true);
    assertThat(count("expired")).as("unless it dies").isEqualTo(1);
  }

  @Test
  void whatADeadWorkerHadIsRunAgainOnlyIfItMayBe() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask once = accepted(FakeTask.quick().portable());
    clock.addAndGet(LONG_ENOUGH.toNanos());
    assertThat(lane.giveAway(_ -> true).orElseThrow().lost()).isFalse();
    assertThat(once.awaitEnd()).isEqualTo(Abandonment.WORKER_DIED);
    assertThat(count("failed")).isEqualTo(1);
    FakeTask again = accepted(FakeTask.quick().portable().idempotent());
    clock.addAndGet(LONG_ENOUGH.toNanos());
    assertThat(lane.giveAway(_ -> true).orElseThrow().lost()).isTrue();
    release.countDown();
    assertThat(again.awaitEnd()).isEqualTo("done on compute-3");
  }

  @Test
  void whatIsAwayOrComesBackWhenTheLaneClosesIsToldSo() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask away = accepted(FakeTask.quick().portable());
    clock.addAndGet(LONG_ENOUGH.toNanos());
    AwayTask given = lane.giveAway(_ -> true).orElseThrow();
    lane.close();
    assertThat(away.awaitEnd()).isEqualTo(Abandonment.STOPPING);
    assertThat(given.end()).isFalse();
  }

  @Test
  void tasksOfSiblingsShareTheLaneByTheClientsThatTheyAreFor() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    List<String> order = new CopyOnWriteArrayList<>();
    FakeTask last = noting("greedy 2", order).of("greedy");
    for (FakeTask task :
        List.of(
            noting("greedy 1", order).of("greedy"), last, noting("modest", order).of("modest"))) {
      assertThat(lane.adopt(task, TIMEOUT, Duration.ZERO)).isInstanceOf(Accepted.class);
    }
    release.countDown();
    assertThat(last.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(order).containsExactly("greedy 1", "modest", "greedy 2");
  }

  private FakeTask noting(String name, List<String> order) {
    return new FakeTask(
        _ -> {
          order.add(name);
          clock.addAndGet(Duration.ofMillis(1).toNanos());
        });
  }

  @Test
  void adoptsWhateverItsQueueHolds() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    accepted(FakeTask.quick());
    accepted(FakeTask.quick());
    FakeTask foreign = FakeTask.quick();
    assertThat(lane.adopt(foreign, Duration.ofSeconds(5), Duration.ofSeconds(2)))
        .isInstanceOf(Accepted.class);
    assertThat(lane.giveAway(_ -> true)).isEmpty();
    release.countDown();
    assertThat(foreign.awaitEnd()).isEqualTo("done on compute-3");
    lane.close();
    assertThat(lane.adopt(FakeTask.quick(), Duration.ofSeconds(5), Duration.ZERO))
        .isInstanceOf(Refused.class);
  }

  @Test
  void tellsOnceWhereASlowTaskIs() throws Exception {
    ComputeLane other =
        lane(new ServerConfig.Compute(2, TIMEOUT, 10, true, Duration.ofSeconds(1)), registry);
    try (var log = new CapturedLog(SlowTasks.class)) {
      other.start();
      FakeTask slow = FakeTask.until(release).of("192.0.2.7");
      other.submit(slow);
      slow.awaitStart();
      clock.addAndGet(Duration.ofMillis(999).toNanos());
      other.expireOverdue();
      assertThat(log.lines()).isEmpty();
      clock.addAndGet(Duration.ofMillis(1).toNanos());
      other.expireOverdue();
      clock.addAndGet(Duration.ofSeconds(3).toNanos());
      other.expireOverdue();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith(
              "slow: function fake for 192.0.2.7, cost 1.0, queued 0 ms, running for 1000 ms, at ")
          .contains("CountDownLatch.await", "FakeTask.run");
      assertThat(registry.get("percore.compute.slow").counter().count()).isEqualTo(1);
    } finally {
      release.countDown();
      other.close();
      awaitTermination(other);
    }
  }

  @Test
  void countsProcessorTimeAndMemoryByFunction() throws Exception {
    byte[][] kept = new byte[1][];
    accepted(new FakeTask(_ -> kept[0] = new byte[5_000_000])).awaitEnd();
    awaitCompleted(1);
    assertThat(kept[0]).hasSize(5_000_000);
    assertThat(registry.get("percore.compute.allocated.bytes").counter().count())
        .isGreaterThan(5_000_000);
    assertThat(registry.get("percore.compute.cpu.seconds").counter().count()).isPositive();
  }

  @Test
  void learnsFromTasksThatWereCutOff() throws Exception {
    FakeTask endless = accepted(FakeTask.endless()).awaitStart();
    clock.addAndGet(TIMEOUT.toNanos());
    lane.expireOverdue();
    assertThat(endless.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    awaitCompleted(1);
    accepted(FakeTask.until(release)).awaitStart();
    assertThat(lane.submit(FakeTask.quick())).isEqualTo(new Refused(Cause.TOO_LATE, 0, TIMEOUT));
  }

  @Test
  void doesNotRunATaskWhoseDeadlinePassedInTheQueue() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask late = accepted(FakeTask.quick());
    clock.addAndGet(TIMEOUT.toNanos());
    release.countDown();
    assertThat(late.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    assertThat(late.hasStarted()).isFalse();
    awaitCompleted(2);
    assertThat(count("expired")).isEqualTo(1);
  }

  @Test
  void cancelsARunningTaskAtItsDeadline() throws Exception {
    FakeTask endless = accepted(FakeTask.endless()).awaitStart();
    clock.addAndGet(TIMEOUT.toNanos() - 1);
    lane.expireOverdue();
    assertThat(lane.running()).isEqualTo(1);
    clock.addAndGet(1);
    lane.expireOverdue();
    assertThat(endless.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    awaitCompleted(1);
    assertThat(count("expired")).isEqualTo(1);
  }

  @Test
  void keepsTheDeadlinesWhileAFunctionDoesNotLook() throws Exception {
    FakeTask deaf = accepted(FakeTask.until(release)).awaitStart();
    FakeTask late = accepted(FakeTask.quick());
    clock.addAndGet(1);
    FakeTask inTime = accepted(FakeTask.quick());
    clock.addAndGet(TIMEOUT.toNanos() - 1);
    lane.expireOverdue();
    assertThat(deaf.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    assertThat(late.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    assertThat(lane.queued()).isEqualTo(1);
    release.countDown();
    assertThat(inTime.awaitEnd()).isEqualTo("done on compute-3");
    awaitCompleted(2);
    assertThat(late.hasStarted()).isFalse();
    assertThat(count("expired")).isEqualTo(2);
    assertThat(count("ok")).isEqualTo(1);
  }

  @Test
  void tellsARunningTaskOnceThatItsDeadlineHasPassed() throws Exception {
    FakeTask deaf = accepted(FakeTask.until(release)).awaitStart();
    clock.addAndGet(TIMEOUT.toNanos());
    lane.expireOverdue();
    lane.expireOverdue();
    assertThat(deaf.awaitEnd()).isEqualTo(Abandonment.EXPIRED);
    release.countDown();
    assertThat(deaf.awaitEnd()).isEqualTo("done on compute-3");
  }

  @Test
  void takesATaskOutOfTheQueueWhenItsClientIsGone() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    FakeTask unwanted = FakeTask.quick();
    Accepted accepted = (Accepted) lane.submit(unwanted);
    accepted.ticket().cancel();
    assertThat(lane.queued()).isZero();
    assertThat(unwanted.awaitEnd()).isEqualTo(Abandonment.CLIENT_GONE);
    FakeTask next = accepted(FakeTask.quick());
    release.countDown();
    assertThat(next.awaitEnd()).isEqualTo("done on compute-3");
    assertThat(unwanted.hasStarted()).isFalse();
    assertThat(count("cancelled")).isEqualTo(1);
  }

  @Test
  void stopsARunningTaskWhoseClientIsGone() throws Exception {
    FakeTask unwanted = FakeTask.endless();
    Accepted accepted = (Accepted) lane.submit(unwanted);
    unwanted.awaitStart();
    accepted.ticket().cancel();
    assertThat(unwanted.awaitEnd()).isEqualTo(Abandonment.CLIENT_GONE);
    awaitCompleted(1);
    assertThat(count("cancelled")).isEqualTo(1);
  }

  @Test
  void cancellingATaskThatHasEndedDoesNothing() throws Exception {
    FakeTask task = FakeTask.quick();
    Accepted accepted = (Accepted) lane.submit(task);
    assertThat(task.awaitEnd()).isEqualTo("done on compute-3");
    awaitCompleted(1);
    accepted.ticket().cancel();
    assertThat(count("ok")).isEqualTo(1);
    assertThat(count("cancelled")).isZero();
  }

  @Test
  void outlivesWhateverAFunctionThrows() throws Exception {
    Throwable[] thrown = {
      new IllegalStateException("a bug"),
      new Exception("a checked one"),
      new AssertionError("a wrong assumption"),
      new NoClassDefFoundError("a broken plugin"),
      new StackOverflowError(),
      new CancellationException("that nobody asked for")
    };
    for (Throwable failure : thrown) {
      FakeTask task = accepted(new FakeTask(_ -> throwAny(failure)));
      assertThat(task.awaitEnd()).isSameAs(failure);
    }
    assertThat(accepted(FakeTask.quick()).awaitEnd()).isEqualTo("done on compute-3");
    assertThat(count("failed")).isEqualTo(thrown.length);
    assertThat(fatal).isEmpty();
  }

  @Test
  void reportsAnErrorOfTheMachineAndTrustsTheProcessNoMore() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("a test");
    FakeTask unlucky = accepted(new FakeTask(_ -> throwAfter(release, error))).awaitStart();
    FakeTask next = accepted(FakeTask.quick());
    release.countDown();
    assertThat(fatal.poll(10, TimeUnit.SECONDS)).isSameAs(error);
    assertThat(unlucky.awaitEnd()).isSameAs(error);
    assertThat(next.awaitEnd()).isEqualTo(Abandonment.STOPPING);
    awaitTermination(lane);
    assertThat(((Refused) lane.submit(FakeTask.quick())).cause()).isEqualTo(Cause.STOPPING);
  }

  @Test
  void reportsAnErrorOfTheMachineWhileATaskIsTold() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("a test");
    lane.submit(
        new ComputeTask() {
          @Override
          public String function() {
            return "fake";
          }

          @Override
          public double cost() {
            return 1;
          }

          @Override
          public void run(ComputeContext context, Duration queued, TaskMeter meter) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void failed(Throwable cause) {
            throw error;
          }

          @Override
          public ClientName client() {
            return new ClientName("192.0.2.1");
          }

          @Override
          public TaskMeter.Spent spent() {
            return TaskMeter.Spent.NOTHING;
          }

          @Override
          public void displaced(Refused why) {}

          @Override
          public void abandoned(Abandonment why) {}
        });
    assertThat(fatal.poll(10, TimeUnit.SECONDS)).isSameAs(error);
  }

  @Test
  void closeOfAnIdleLaneEndsItsThread() throws Exception {
    lane.close();
    awaitTermination(lane);
    assertThat(lane.submit(FakeTask.quick()))
        .isEqualTo(new Refused(Cause.STOPPING, 0, Duration.ofSeconds(1)));
  }

  @Test
  void closeGivesUpTheRest() throws Exception {
    FakeTask running = accepted(FakeTask.endless()).awaitStart();
    FakeTask waiting = accepted(FakeTask.quick());
    lane.close();
    assertThat(running.awaitEnd()).isEqualTo(Abandonment.STOPPING);
    assertThat(waiting.awaitEnd()).isEqualTo(Abandonment.STOPPING);
    awaitTermination(lane);
    assertThat(waiting.hasStarted()).isFalse();
    assertThat(count("cancelled")).isEqualTo(2);
  }

  @Test
  void closeAnswersEvenWhenTheRunningTaskDoesNotHeed() throws Exception {
    FakeTask deaf = accepted(FakeTask.until(release)).awaitStart();
    lane.close();
    assertThat(deaf.awaitEnd()).isEqualTo(Abandonment.STOPPING);
    assertThat(lane.awaitEnd(Duration.ofMillis(10))).isFalse();
  }

  @Test
  void aLaneThatWasNeverStartedEndsAtOnce() throws Exception {
    ComputeLane unused = lane(() -> {});
    assertThat(((Refused) unused.submit(FakeTask.quick())).cause()).isEqualTo(Cause.STOPPING);
    unused.close();
    awaitTermination(unused);
  }

  @Test
  void startsOnlyOnce() {
    assertThatThrownBy(lane::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a compute lane cannot go from RUNNING to RUNNING");
  }

  @Test
  void measuresQueueAndRunTimesByFunction() throws Exception {
    accepted(FakeTask.until(release)).awaitStart();
    assertThat(registry.get("percore.compute.running").gauge().value()).isEqualTo(1);
    accepted(new FakeTask(_ -> clock.addAndGet(Duration.ofSeconds(1).toNanos())));
    assertThat(registry.get("percore.compute.queued").gauge().value()).isEqualTo(1);
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    release.countDown();
    awaitCompleted(2);
    assertThat(total("percore.compute.queue.time")).isEqualTo(2);
    assertThat(total("percore.compute.run.time")).isEqualTo(2 + 1);
    assertThat(count("ok")).isEqualTo(2);
  }

  @Test
  void wakesTheEventLoopForTheLastAnswer() throws Exception {
    CountDownLatch woken = new CountDownLatch(1);
    CompletableFuture<Boolean> mayWait = new CompletableFuture<>();
    accepted(new FakeTask(_ -> mayWait.complete(lane.answers().mayWait(_ -> woken.countDown()))));
    assertThat(mayWait.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(woken.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void wakesTheEventLoopBeforeATaskOfWhichNothingIsKnown() throws Exception {
    CountDownLatch woken = new CountDownLatch(1);
    FakeTask first = accepted(FakeTask.until(release));
    first.awaitStart();
    accepted(new FakeTask(_ -> lane.answers().mayWait(_ -> woken.countDown())));
    accepted(new FakeTask(_ -> assertThat(woken.await(10, TimeUnit.SECONDS)).isTrue()));
    release.countDown();
    awaitCompleted(3);
    assertThat(count("ok")).isEqualTo(3);
  }

  private ComputeLane lane(ServerConfig.Compute settings, MeterRegistry meters) {
    return new ComputeLane(
        3, settings, () -> {}, new ComputeMetrics(meters), fatal::add, clock::get);
  }

  private ComputeLane lane(Runnable setup) {
    return lane(setup, new SimpleMeterRegistry());
  }

  private ComputeLane lane(Runnable setup, MeterRegistry meters) {
    return new ComputeLane(
        3,
        new ServerConfig.Compute(2, TIMEOUT, 10, true, Duration.ZERO),
        setup,
        new ComputeMetrics(meters),
        fatal::add,
        clock::get);
  }

  private FakeTask accepted(FakeTask task) {
    assertThat(lane.submit(task)).isInstanceOf(Accepted.class);
    return task;
  }

  private double count(String outcome) {
    return registry
        .get("percore.compute.tasks")
        .tags("function", "fake", "outcome", outcome)
        .counter()
        .count();
  }

  private double total(String timer) {
    return registry.get(timer).tag("function", "fake").timer().totalTime(TimeUnit.SECONDS);
  }

  private void awaitCompleted(long tasks) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (lane.completed() < tasks) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void awaitTermination(ComputeLane lane) throws Exception {
    assertThat(lane.awaitEnd(Duration.ofSeconds(10))).isTrue();
  }

  private static void throwAfter(CountDownLatch latch, Error error) throws InterruptedException {
    latch.await();
    throw error;
  }

  private static void throwAny(Throwable failure) throws Exception {
    switch (failure) {
      case Exception exception -> throw exception;
      case Error error -> throw error;
      default -> throw new AssertionError(failure);
    }
  }
}
