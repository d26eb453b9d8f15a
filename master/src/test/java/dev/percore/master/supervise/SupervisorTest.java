package dev.percore.master.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Drain;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.Return;
import dev.percore.protocol.WorkerExit;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// The state machine with a clock of its own and processes that are only numbers.
class SupervisorTest {
  private static final Heartbeat HEARTBEAT =
      new Heartbeat(Duration.ZERO, 1, 0, 0, 0, 0, Duration.ZERO, 0);
  private static final WorkerExit KILLED = new WorkerExit(137);

  private long now = 1_000_000;
  private final Map<Long, Long> rss = new HashMap<>();
  private final Processes processes = new Processes();
  private final Story story = new Story();
  private boolean gently;
  private final List<Long> condemned = new ArrayList<>();
  private CompletableFuture<Void> evidence = CompletableFuture.completedFuture(null);
  private final Supervisor supervisor = supervisor(2);

  @Test
  void spawnsAWorkerForEachSlot() {
    supervisor.reconcile();
    assertThat(processes.slots).containsExactly(0, 1);
    assertThat(supervisor.slots()).allMatch(slot -> slot.process().isPresent());
  }

  @Test
  void spawnsOneAfterTheOtherWhereAnotherMasterServes() {
    gently = true;
    Supervisor successor = supervisor(2);
    successor.reconcile();
    assertThat(processes.slots).containsExactly(0);
    WorkerProcess first = successor.slots().getFirst().next().orElseThrow();
    successor.prepared(first);
    successor.ready(first);
    assertThat(processes.slots).containsExactly(0, 1);
    assertThat(processes.yielding).containsExactly(true, true);
  }

  @Test
  void aStartYieldsWhereOthersServeAndNowhereElse() {
    serve();
    assertThat(processes.yielding).containsExactly(false, false);
    exit(0, KILLED);
    exit(1, KILLED);
    assertThat(processes.yielding).containsExactly(false, false, true, false);
  }

  @Test
  void servesWhenTheLastWorkerIsReady() {
    supervisor.reconcile();
    ready(worker(0));
    assertThat(story.lines).doesNotContain("serving");
    ready(worker(1));
    assertThat(story.lines).contains("serving");
  }

  @Test
  void replacesAWorkerThatDiedAtOnceInItsOwnSlot() {
    serve();
    passTime(Duration.ofMinutes(5));
    exit(1, KILLED);
    assertThat(processes.slots).containsExactly(0, 1, 1);
    Slot slot = supervisor.slots().get(1);
    assertThat(slot.restarts()).isEqualTo(1);
    assertThat(slot.lastExit()).contains(KILLED);
    assertThat(worker(1).state()).isEqualTo(WorkerState.STARTING);
  }

  @Test
  void replacesAlsoAWorkerThatLeftWithSuccess() {
    serve();
    exit(0, new WorkerExit(0));
    assertThat(processes.slots).containsExactly(0, 1, 0);
  }

  @Test
  void announcesServiceOnlyOnce() {
    serve();
    exit(0, KILLED);
    ready(worker(0));
    assertThat(story.lines).containsOnlyOnce("serving");
  }

  @Test
  void backsOffInACrashLoopAndLeavesTheOtherSlotAlone() {
    serve();
    exit(0, KILLED); // first short life: replaced at once
    exit(0, KILLED); // second: after 100 ms
    assertThat(processes.slots).containsExactly(0, 1, 0);
    passTime(Duration.ofMillis(99));
    assertThat(processes.slots).hasSize(3);
    passTime(Duration.ofMillis(1));
    assertThat(processes.slots).containsExactly(0, 1, 0, 0);
    exit(0, KILLED); // third: after 200 ms
    passTime(Duration.ofMillis(199));
    assertThat(processes.slots).hasSize(4);
    passTime(Duration.ofMillis(1));
    assertThat(processes.slots).hasSize(5);
    assertThat(worker(1).state()).isEqualTo(WorkerState.READY);
  }

  @Test
  void forgetsTheCrashLoopAfterALifeThatWasLongEnough() {
    serve();
    exit(0, KILLED);
    exit(0, KILLED);
    passTime(Duration.ofMillis(100));
    ready(worker(0));
    beatFor(Duration.ofSeconds(10));
    exit(0, KILLED);
    assertThat(processes.slots).containsExactly(0, 1, 0, 0, 0);
  }

  @Test
  void killsAWorkerThatIsNotReadyInTime() {
    supervisor.reconcile();
    ready(worker(0));
    beatFor(Duration.ofSeconds(5));
    assertThat(processes.killed).isEmpty();
    beatFor(Duration.ofMillis(100));
    assertThat(processes.killed).containsExactly(worker(1).pid());
  }

  @Test
  void killsAWorkerThatGivesNoSignOfLife() {
    serve();
    stepFor(Duration.ofSeconds(2));
    supervisor.heartbeat(worker(0), HEARTBEAT);
    stepFor(Duration.ofMillis(1100));
    assertThat(processes.killed).containsExactly(worker(1).pid());
  }

  @Test
  void takesItsOwnStandstillForNobodysSilence() {
    serve();
    passTime(Duration.ofMinutes(5)); // suspended; the heartbeats are still in the sockets
    assertThat(processes.killed).isEmpty();
    stepFor(Duration.ofSeconds(4));
    assertThat(processes.killed).as("silent since").hasSize(2);
  }

  @Test
  void aWorkerToldToEndByItsOwnSignalDrainsAndIsReplaced() {
    serve();
    supervisor.draining(worker(0), Duration.ofSeconds(2));
    assertThat(processes.slots).as("replaced at once").containsExactly(0, 1, 0);
    WorkerProcess drains = supervisor.slots().getFirst().draining().getFirst();
    supervisor.exited(drains, new WorkerExit(143));
    assertThat(processes.slots).containsExactly(0, 1, 0);
    assertThat(worker(0).state()).isEqualTo(WorkerState.STARTING);
  }

  @Test
  void aWorkerThatDrainsByItselfIsKilledInTheEnd() {
    serve();
    WorkerProcess drains = worker(0);
    supervisor.draining(drains, Duration.ofSeconds(2));
    beatFor(Duration.ofMillis(3900));
    assertThat(processes.killed).isEmpty();
    beatFor(Duration.ofMillis(100));
    assertThat(processes.killed).containsExactly(drains.pid());
  }

  @Test
  void countsABootThatWasKilledAsAFailureHoweverLongItTook() {
    supervisor.reconcile();
    ready(worker(1));
    for (int attempt = 0; attempt < FirstStart.ATTEMPTS; attempt++) {
      assertThat(story.lines).noneMatch(line -> line.startsWith("start failed"));
      stepFor(Duration.ofSeconds(11)); // longer than supervision.stable_after
      supervisor.slots().getFirst().process().ifPresent(w -> supervisor.exited(w, KILLED));
    }
    assertThat(story.lines).anyMatch(line -> line.startsWith("start failed"));
  }

  @Test
  void killsAWorkerThatLostItsConnectionAndStays() {
    serve();
    supervisor.detached(worker(0));
    beatFor(Duration.ofMillis(1900));
    assertThat(processes.killed).isEmpty();
    beatFor(Duration.ofMillis(200));
    assertThat(processes.killed).containsExactly(worker(0).pid());
  }

  // Its JVM may have something to write before it ends.
  @Test
  void aWorkerThatDrainsHasItsTimeAlsoWithoutAConnection() {
    serve();
    WorkerProcess drains = worker(0);
    supervisor.draining(drains, Duration.ofSeconds(4));
    supervisor.detached(drains);
    beatFor(Duration.ofMillis(5900));
    assertThat(processes.killed).doesNotContain(drains.pid());
    beatFor(Duration.ofMillis(100));
    assertThat(processes.killed).contains(drains.pid());
  }

  @Test
  void killsAgainWhileAProcessStays() {
    serve();
    supervisor.detached(worker(0));
    beatFor(Duration.ofMillis(4200));
    assertThat(processes.killed).containsExactly(worker(0).pid(), worker(0).pid());
  }

  @Test
  void securesEvidenceBeforeItKillsAStuckWorker() {
    serve();
    CompletableFuture<Void> secured = new CompletableFuture<>();
    evidence = secured;
    stepFor(Duration.ofSeconds(4));
    assertThat(condemned).containsExactly(100L, 101L);
    assertThat(processes.killed).isEmpty();

    secured.complete(null);

    assertThat(processes.killed).containsExactlyInAnyOrder(100L, 101L);
    assertThat(worker(0).killReason()).startsWith("it gave no sign of life");
    assertThat(worker(0).isKilled()).isTrue();
  }

  @Test
  void killsWithoutEvidenceIfThatTakesTooLong() {
    serve();
    evidence = new CompletableFuture<>();
    stepFor(Duration.ofSeconds(4).plus(Endings.EVIDENCE_LIMIT));
    assertThat(condemned).containsExactly(100L, 101L);
    assertThat(processes.killed).containsExactly(100L, 101L);
  }

  @Test
  void evidenceOfAWorkerThatEndedMeanwhileKillsNobody() {
    serve();
    CompletableFuture<Void> secured = new CompletableFuture<>();
    evidence = secured;
    stepFor(Duration.ofSeconds(4));
    exit(0, new WorkerExit(WorkerExit.OUT_OF_MEMORY));
    secured.complete(null);
    assertThat(processes.killed).containsExactly(101L);
  }

  @Test
  void drainsAllAtAStopAndReplacesNone() {
    serve();
    supervisor.stop(Duration.ofSeconds(30));
    assertThat(processes.sent)
        .filteredOn(Drain.class::isInstance)
        .containsExactly(
            new Drain(Duration.ofSeconds(30), false), new Drain(Duration.ofSeconds(30), false));
    exit(0, new WorkerExit(0));
    assertThat(story.lines).doesNotContain("stopped");
    exit(1, new WorkerExit(0));
    assertThat(story.lines).endsWith("stopped");
    assertThat(processes.slots).containsExactly(0, 1);
  }

  @Test
  void killsWhatDoesNotDrainInTime() {
    serve();
    supervisor.stop(Duration.ofSeconds(1));
    passTime(Duration.ofMillis(2900));
    assertThat(processes.killed).isEmpty();
    passTime(Duration.ofMillis(100));
    assertThat(processes.killed).containsExactlyInAnyOrder(worker(0).pid(), worker(1).pid());
  }

  @Test
  void aFastStopShortensAGracefulOne() {
    serve();
    supervisor.stop(Duration.ofSeconds(30));
    supervisor.stop(Duration.ofSeconds(1));
    passTime(Duration.ofSeconds(3));
    assertThat(processes.killed).hasSize(2);
  }

  @Test
  void stopsAtOnceWhenThereIsNoWorker() {
    Supervisor idle = supervisor(2);
    idle.stop(Duration.ofSeconds(1));
    assertThat(story.lines).containsExactly("stopped");
  }

  @Test
  void aReadyThatCrossedTheStopChangesNothing() {
    supervisor.reconcile();
    supervisor.stop(Duration.ofSeconds(1));
    ready(worker(0));
    assertThat(worker(0).state()).isEqualTo(WorkerState.DRAINING);
  }

  @Test
  void aStopEndsAtOnceWhatHasNoSocketYet() {
    supervisor.reconcile();
    supervisor.attached(worker(0), processes);
    supervisor.stop(Duration.ofSeconds(1));
    assertThat(processes.sent).containsExactly(new Drain(Duration.ofSeconds(1), false));
    assertThat(processes.killed).containsExactly(worker(1).pid());
  }

  @Test
  void givesUpAFirstStartThatCannotWork() {
    supervisor.reconcile();
    exit(0, new WorkerExit(WorkerExit.START_FAILED));
    assertThat(story.lines).anyMatch(line -> line.startsWith("start failed: worker 0"));
    exit(1, new WorkerExit(0));
    assertThat(story.lines).endsWith("stopped");
  }

  @Test
  void givesUpAFirstStartAfterThreeFailures() {
    supervisor.reconcile();
    exit(0, new WorkerExit(1));
    exit(0, new WorkerExit(1));
    passTime(Duration.ofMillis(100));
    assertThat(story.lines).noneMatch(line -> line.startsWith("start failed"));
    exit(0, new WorkerExit(1));
    assertThat(story.lines).anyMatch(line -> line.startsWith("start failed"));
    assertThat(supervisor.isStopping()).isTrue();
  }

  @Test
  void keepsARunningServerWhenAReplacementCannotStart() {
    serve();
    exit(0, KILLED);
    exit(0, new WorkerExit(WorkerExit.START_FAILED));
    assertThat(supervisor.isStopping()).isFalse();
    beatFor(Duration.ofMillis(1900));
    assertThat(processes.slots).hasSize(3);
    beatFor(Duration.ofMillis(100));
    assertThat(processes.slots).as("tried again at the slowest pace").hasSize(4);
  }

  @Test
  void givesUpAFirstStartWhenNoProcessCanBeCreated() {
    processes.refuse = true;
    supervisor.reconcile();
    passTime(Duration.ofSeconds(2));
    passTime(Duration.ofSeconds(2));
    assertThat(story.lines).anyMatch(line -> line.startsWith("start failed"));
    assertThat(story.lines).endsWith("stopped");
  }

  @Test
  void aReloadReplacesOneSlotAfterTheOther() {
    serve();
    Generation second = generation(2, 2);
    supervisor.changeOver(second, Gate.rolling());
    assertThat(processes.generations).containsExactly(1, 1, 2);

    WorkerProcess before = worker(0);
    become(next(0));

    assertThat(before.state()).isEqualTo(WorkerState.DRAINING);
    assertThat(processes.sent).contains(new Drain(Duration.ofSeconds(30), true));
    assertThat(supervisor.isSettled()).isFalse();
    supervisor.exited(before, new WorkerExit(0));
    assertThat(processes.slots).containsExactly(0, 1, 0, 1);
    WorkerProcess last = worker(1);
    become(next(1));
    assertThat(supervisor.isSettled()).as("the last one may still accept").isFalse();
    supervisor.acceptsNoMore(last);
    assertThat(supervisor.isSettled()).isTrue();
  }

  @Test
  void aReloadDoesNotWaitForAWorkerThatGivesNoSignOfLife() {
    serve();
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    WorkerProcess first = worker(0);
    become(next(0));
    supervisor.exited(first, new WorkerExit(0));
    become(next(1));
    beatFor(Duration.ofSeconds(3));
    assertThat(supervisor.isSettled()).isFalse();
    beatFor(Duration.ofMillis(100));
    assertThat(supervisor.isSettled()).isTrue();
  }

  @Test
  void theNextReplacementWaitsForOneThatHandsOverButNotForItsLongRequests() {
    serve();
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    become(next(0));
    beatFor(Spawner.HANDING_OVER.minusMillis(100));
    assertThat(processes.slots).containsExactly(0, 1, 0);
    beatFor(Duration.ofMillis(100));
    assertThat(processes.slots).containsExactly(0, 1, 0, 1);
  }

  @Test
  void aBlueGreenReloadChangesOverWhenAllArePrepared() {
    serve();
    Generation second = generation(2, 2);
    supervisor.changeOver(second, Gate.blueGreen(second));
    assertThat(processes.generations).containsExactly(1, 1, 2, 2);

    prepare(next(0));
    assertThat(story.lines).doesNotContain("lent 0 to " + next(0).pid());
    prepare(next(1));

    assertThat(story.lines)
        .contains("lent 0 to " + next(0).pid())
        .contains("lent 1 to " + next(1).pid());
  }

  @Test
  void goingBackEndsWhatHasNotServedAndReplacesWhatHas() {
    serve();
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    WorkerProcess before = worker(0);
    become(next(0));
    supervisor.exited(before, new WorkerExit(0));
    WorkerProcess unneeded = next(1);

    supervisor.changeOver(generation(1, 2), Gate.rolling());

    assertThat(unneeded.state()).isEqualTo(WorkerState.DRAINING);
    assertThat(processes.generations).containsExactly(1, 1, 2, 2, 1);
    WorkerProcess after = worker(0);
    become(next(0));
    supervisor.acceptsNoMore(after);
    assertThat(supervisor.isSettled()).isTrue();
  }

  @Test
  void goingBackWaitsForOneThatHasItsSocketsToSayThatItAcceptsNoMore() {
    serve();
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    WorkerProcess admitted = next(0);
    prepare(admitted);

    supervisor.changeOver(generation(1, 2), Gate.rolling());

    assertThat(admitted.state()).isEqualTo(WorkerState.DRAINING);
    assertThat(supervisor.isSettled()).isFalse();
    supervisor.acceptsNoMore(admitted);
    assertThat(supervisor.isSettled()).isTrue();
  }

  @Test
  void aSlotThatDiesBeforeItsTurnGetsTheGenerationThatIsProven() {
    serve();
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    exit(1, KILLED);
    assertThat(processes.generations).containsExactly(1, 1, 2, 1);
  }

  @Test
  void aSlotThatDiesAfterItsTurnGetsTheNewGeneration() {
    serve();
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    become(next(0));
    passTime(Duration.ofMillis(100));
    exit(0, KILLED);
    assertThat(processes.generations.getLast()).isEqualTo(2);
  }

  @Test
  void aSiblingStandsInFromTheDeathToTheReplacement() {
    serve();
    exit(0, KILLED);
    assertThat(story.lines).endsWith("lent 0 to " + worker(1).pid(), "exited 0", "spawned 0");
    become(worker(0));
    assertThat(processes.sent).endsWith(new Return(0));
    assertThat(supervisor.standIn(0)).isEmpty();
  }

  @Test
  void aSiblingStandsInWhenTheEventLoopHasEndedAndTheProcessHasNot() {
    serve();
    supervisor.loopEnded(worker(0));
    assertThat(supervisor.standIn(0)).contains(worker(1));
    assertThat(story.lines).endsWith("serving", "lent 0 to " + worker(1).pid());
    exit(0, KILLED);
    assertThat(story.lines).endsWith("lent 0 to " + worker(1).pid(), "exited 0", "spawned 0");
  }

  @Test
  void aSiblingStandsInForOneThatGivesNoSignOfLife() {
    serve();
    for (int millis = 0; millis <= 2100; millis += 100) {
      passTime(Duration.ofMillis(100));
      supervisor.heartbeat(worker(1), HEARTBEAT);
    }
    supervisor.reconcile();
    assertThat(supervisor.standIn(0)).contains(worker(1));

    supervisor.heartbeat(worker(0), HEARTBEAT);
    supervisor.reconcile();

    assertThat(supervisor.standIn(0)).as("it has recovered").isEmpty();
    assertThat(processes.killed).isEmpty();
  }

  @Test
  void aSiblingStandsInAsSoonAsTheConnectionOfAWorkerIsLost() {
    serve();
    supervisor.detached(worker(0));
    assertThat(supervisor.standIn(0)).contains(worker(1));
    assertThat(processes.slots).as("it may live, so no other is started").hasSize(2);
  }

  @Test
  void aReloadReplacesAnEmptySlotWhoseProvenGenerationDiesAgainAndAgain() {
    serve();
    exit(0, KILLED);
    exit(0, KILLED);
    supervisor.changeOver(generation(2, 2), Gate.rolling());
    passTime(Duration.ofMillis(100));
    assertThat(processes.generations.getLast()).isEqualTo(2);
  }

  @Test
  void anotherStandsInWhenTheStandInDies() {
    Supervisor three = start(3);
    exit(three, 0, KILLED);
    WorkerProcess first = three.standIn(0).orElseThrow();
    exit(three, first.slot(), KILLED);
    assertThat(three.standIn(0)).isPresent().isNotEqualTo(Optional.of(first));
    assertThat(three.standIn(first.slot())).isEqualTo(three.standIn(0));
  }

  @Test
  void aSlotThatIsRemovedDrainsAndItsSocketStaysServed() {
    serve();
    WorkerProcess removed = worker(1);
    supervisor.remove(supervisor.slots().get(1));
    assertThat(removed.state()).isEqualTo(WorkerState.DRAINING);
    assertThat(supervisor.standIn(1)).contains(worker(0));
    supervisor.exited(removed, new WorkerExit(0));
    assertThat(processes.slots).as("nothing is spawned").containsExactly(0, 1);

    assertThat(supervisor.add()).as("the free slot").isEqualTo(1);
    assertThat(processes.slots).containsExactly(0, 1, 1);
  }

  @Test
  void recyclesAWorkerThatHasAnsweredEnoughByReplacingFirst() {
    serve("worker.max_requests=100");
    supervisor.heartbeat(worker(0), heartbeat(99, Duration.ZERO));
    supervisor.reconcile();
    assertThat(processes.slots).hasSize(2);
    WorkerProcess before = worker(0);
    supervisor.heartbeat(before, heartbeat(100, Duration.ZERO));
    supervisor.reconcile();
    assertThat(processes.slots).containsExactly(0, 1, 0);
    assertThat(before.state()).isEqualTo(WorkerState.READY);
    become(next(0));
    assertThat(before.state()).isEqualTo(WorkerState.DRAINING);
  }

  @Test
  void replacesAWorkerWhoseComputationNeverEnds() {
    serve("supervision.lane_grace=1s");
    supervisor.heartbeat(worker(1), heartbeat(0, Duration.ofMillis(1001)));
    supervisor.reconcile();
    assertThat(processes.slots).containsExactly(0, 1, 1);
  }

  @Test
  void recyclesAWorkerThatHoldsTooMuchMemory() {
    serve("worker.max_rss=1m");
    rss.put(worker(0).pid(), 2L << 20);
    supervisor.reconcile();
    assertThat(processes.slots).containsExactly(0, 1, 0);
  }

  @Test
  void cutsTheOldestOfTooManyThatDrain() {
    serve("reload.max_draining=1");
    WorkerProcess oldest = worker(0);
    for (int i = 0; i < 2; i++) {
      supervisor.replace(supervisor.slots().getFirst(), "a test");
      beatFor(Spawner.HANDING_OVER);
      become(next(0));
    }
    assertThat(processes.sent).contains(new Drain(Duration.ZERO, false));
    beatFor(Duration.ofMillis(2100));
    assertThat(processes.killed).containsExactly(oldest.pid());
  }

  @Test
  void aPausedServerKeepsItsMasterAndStartsAgainWithAReload() {
    serve();
    supervisor.pause(Duration.ofSeconds(1));
    exit(0, new WorkerExit(0));
    exit(1, new WorkerExit(0));
    beatFor(Duration.ofSeconds(5));
    assertThat(processes.slots).containsExactly(0, 1);
    assertThat(story.lines).doesNotContain("stopped");

    supervisor.changeOver(generation(2, 2), Gate.rolling());
    assertThat(processes.slots).hasSize(4);
  }

  @Test
  void refusesToStepBackwardsInAWorkersLife() {
    serve();
    assertThatThrownBy(() -> worker(0).become(WorkerState.STARTING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("worker 0 (pid 100) cannot go from READY to STARTING");
  }

  private Supervisor supervisor(int workers) {
    return new Supervisor(
        generation(1, workers),
        processes,
        story,
        (worker, _) -> {
          condemned.add(worker.pid());
          return evidence;
        },
        () -> now,
        () -> Instant.ofEpochSecond(1),
        new Random(1),
        pid -> rss.getOrDefault(pid, 0L),
        workers,
        gently);
  }

  private static Generation generation(int number, int workers, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "workers=" + workers,
                "supervision.boot_timeout=5s",
                "supervision.heartbeat_interval=1s",
                "supervision.heartbeat_timeout=3s",
                "supervision.adopt_after=2s",
                "supervision.backoff_initial=100ms",
                "supervision.backoff_max=2s",
                "supervision.stable_after=10s"));
    all.addAll(List.of(settings));
    return new Generation(number, TestConfig.load(all));
  }

  private void ready(WorkerProcess worker) {
    supervisor.prepared(worker);
    supervisor.ready(worker);
  }

  private void serve(String... settings) {
    if (settings.length > 0) {
      supervisor.changeOver(generation(1, 2, settings), Gate.rolling());
    }
    supervisor.reconcile();
    for (int slot = 0; slot < 2; slot++) {
      become(worker(slot));
    }
  }

  private Supervisor start(int workers) {
    Supervisor started = supervisor(workers);
    started.reconcile();
    for (Slot slot : started.slots()) {
      WorkerProcess worker = slot.next().orElseThrow();
      started.attached(worker, processes);
      started.prepared(worker);
      started.ready(worker);
    }
    return started;
  }

  private WorkerProcess next(int slot) {
    return supervisor.slots().get(slot).next().orElseThrow();
  }

  private void prepare(WorkerProcess worker) {
    supervisor.attached(worker, processes);
    supervisor.prepared(worker);
  }

  /// It gets as far as to serve.
  private void become(WorkerProcess worker) {
    supervisor.attached(worker, processes);
    ready(worker);
  }

  private static Heartbeat heartbeat(long requests, Duration overdue) {
    return new Heartbeat(Duration.ZERO, 1, 0, 0, 0, 0, overdue, requests);
  }

  private WorkerProcess worker(int slot) {
    return supervisor.slots().get(slot).process().orElseThrow();
  }

  private void exit(int slot, WorkerExit exit) {
    supervisor.exited(worker(slot), exit);
  }

  private static void exit(Supervisor of, int slot, WorkerExit exit) {
    of.exited(of.slots().get(slot).process().orElseThrow(), exit);
  }

  private void passTime(Duration time) {
    now += time.toNanos();
    supervisor.reconcile();
  }

  /// Time passes in small steps, without a sign from anybody.
  private void stepFor(Duration time) {
    for (long millis = 0; millis < time.toMillis(); millis += 100) {
      passTime(Duration.ofMillis(100));
    }
  }

  /// Time passes in small steps in which all workers show that they live.
  private void beatFor(Duration time) {
    for (long millis = 0; millis < time.toMillis(); millis += 100) {
      for (Slot slot : supervisor.slots()) {
        slot.process().ifPresent(worker -> supervisor.heartbeat(worker, HEARTBEAT));
      }
      passTime(Duration.ofMillis(100));
    }
  }

  private static final class Processes implements Launcher, WorkerLink {
    private final List<Integer> slots = new ArrayList<>();
    private final List<Integer> generations = new ArrayList<>();
    private final List<Boolean> yielding = new ArrayList<>();
    private final List<Long> killed = new ArrayList<>();
    private final List<ControlMessage> sent = new ArrayList<>();
    private boolean refuse;

    @Override
    public void send(ControlMessage.ToWorker message) {
      sent.add(message);
    }

    @Override
    public void send(ControlMessage.ToWorker message, FileDescriptor descriptor, Sent whenSent) {
      throw new AssertionError("the supervisor has no descriptors");
    }

    @Override
    public Launched launch(int slot, Generation generation, boolean besideOthers)
        throws IOException {
      yielding.add(besideOthers);
      if (refuse) {
        throw new IOException("no memory for a process");
      }
      long pid = 100L + slots.size();
      slots.add(slot);
      generations.add(generation.number());
      return new Launched() {
        @Override
        public long pid() {
          return pid;
        }

        @Override
        public void kill() {
          killed.add(pid);
        }

        @Override
        public CompletionStage<WorkerExit> onExit() {
          return new CompletableFuture<>();
        }
      };
    }
  }

  private static final class Story implements SupervisorListener {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void spawned(WorkerProcess worker) {
      lines.add("spawned " + worker.slot());
    }

    @Override
    public void slotAdded(Slot slot) {}

    @Override
    public void notSpawned(int slot, Generation generation, String reason) {
      lines.add("not spawned " + slot);
    }

    @Override
    public void lend(int slot, WorkerProcess worker) {
      lines.add("lent " + slot + " to " + worker.pid());
    }

    @Override
    public void serving() {
      lines.add("serving");
    }

    @Override
    public void exited(WorkerProcess worker, WorkerExit exit) {
      lines.add("exited " + worker.slot());
    }

    @Override
    public void startFailed(String reason) {
      lines.add("start failed: " + reason);
    }

    @Override
    public void stopped() {
      lines.add("stopped");
    }
  }
}
