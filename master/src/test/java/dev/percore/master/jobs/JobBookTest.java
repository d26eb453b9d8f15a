package dev.percore.master.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.ServerConfig;
import dev.percore.master.webhook.Outcome;
import dev.percore.master.webhook.TestWebhooks;
import dev.percore.protocol.ControlMessage.CancelJob;
import dev.percore.protocol.ControlMessage.RunJob;
import dev.percore.protocol.ControlMessage.ToWorker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JobBookTest {
  private final MemoryStore store = new MemoryStore();
  private final Map<Long, List<ToWorker>> said = new LinkedHashMap<>();
  private final Set<Long> busy = new HashSet<>();
  private long millis = 1_000_000;
  private long memory = 1 << 20;
  private final FakeReceiver receiver = new FakeReceiver();
  private ServerConfig.Webhooks webhooks =
      TestWebhooks.ofHosts("a.example", "b.example", "c.example");
  private JobBook book = book();

  @BeforeEach
  void open() {
    var _ = book.open();
  }

  @Test
  void eachWorkerGetsTwoAndTheFirstJobsGoToDifferentOnes() throws Exception {
    workers(1, 2);
    for (int i = 0; i < 5; i++) {
      submit("f" + i);
    }
    assertThat(functions(1)).containsExactly("f0", "f2");
    assertThat(functions(2)).containsExactly("f1", "f3");
    Entry last = book.newestFirst().findFirst().orElseThrow();
    assertThat(last.job().state()).isEqualTo(JobState.QUEUED);
    assertThat(book.position(last)).isZero();

    end(1, run(1, 0));
    assertThat(functions(1)).containsExactly("f0", "f2", "f4");
  }

  @Test
  void onlyTheJobThatRanIsBlamedForADeath() throws Exception {
    workers(1);
    Entry running = submit("running");
    Entry behind = submit("behind");
    book.started(run(1, 0), 1);
    died(1);
    assertThat(running.job().deaths()).isOne();
    assertThat(running.job().attempts()).isOne();
    assertThat(behind.job().deaths()).isZero();

    workers(2);
    book.tick();
    assertThat(functions(2)).containsExactly("running", "behind");
  }

  @Test
  void aJobThatKillsThreeWorkersIsGivenUp() throws Exception {
    Entry poison = submit("poison");
    for (long pid = 1; pid <= 3; pid++) {
      workers(pid);
      book.tick();
      book.started(run(pid, 0), pid);
      died(pid);
    }
    assertThat(poison.job().state()).isEqualTo(JobState.FAILED);
    assertThat(poison.job().attempts()).isEqualTo(3);
    assertThat(
            new String(
                store.answer(poison.job().id()).toCompletableFuture().get(),
                StandardCharsets.UTF_8))
        .contains("poison-job", "3 workers");
  }

  @Test
  void aWorkerThatWasToldToEndIsNobodysFault() throws Exception {
    workers(1);
    Entry job = submit("f");
    book.started(run(1, 0), 1);
    said.remove(1L);
    book.lost(1, false);
    assertThat(job.job().deaths()).isZero();
    assertThat(job.job().state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void theResultOfARunThatWasGivenUpIsIgnored() throws Exception {
    workers(1);
    Entry job = submit("f");
    long first = run(1, 0);
    book.started(first, 1);
    died(1);
    workers(2);
    book.tick();
    end(1, first);
    assertThat(job.job().state()).isEqualTo(JobState.QUEUED);
    book.started(run(2, 0), 2);
    end(2, run(2, 0));
    end(2, run(2, 0));
    assertThat(job.job().state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(store.ends).isOne();
  }

  @Test
  void whatIsNotIdempotentIsNotRunTwice() throws Exception {
    workers(1);
    var call = new Job.Call("once", "GET", "", "", false);
    var order = new Job.Order(call, "", "", Callbacks.NONE);
    Entry job = book.submit(order, new byte[0]).toCompletableFuture().get();
    book.started(run(1, 0), 1);
    died(1);
    assertThat(job.job().state()).isEqualTo(JobState.FAILED);
    assertThat(job.job().deaths()).isZero();
  }

  @Test
  void aNewMasterGoesOnInTheOldOrder() throws Exception {
    workers(1);
    Entry running = submit("f0");
    submit("f1");
    submit("f2");
    book.started(run(1, 0), 1);
    said.clear();
    book = book();
    workers(2);
    open();
    assertThat(functions(2)).containsExactly("f0", "f1");
    Job recovered = book.find(running.job().id()).orElseThrow().job();
    assertThat(recovered.attempts()).isOne();
    assertThat(recovered.deaths()).isZero();
  }

  @Test
  void oneThatWaitsBehindAnotherIsCalledBackForAnIdleWorker() throws Exception {
    workers(1);
    submit("long");
    submit("behind");
    book.started(run(1, 0), 1);
    workers(2);
    book.tick();
    assertThat(messages(1)).last().isEqualTo(new CancelJob(run(1, 1), true));
    book.returned(run(1, 1), 1);
    assertThat(functions(2)).containsExactly("behind");
  }

  @Test
  void oneThatWaitsBehindACallIsCalledBackForAnIdleWorker() throws Exception {
    workers(1);
    submit("behind");
    workers(2);
    busy.add(2L);
    book.tick();
    millis += 200;
    book.tick();
    assertThat(messages(1)).hasSize(1);

    busy.clear();
    book.tick();
    assertThat(messages(1)).last().isEqualTo(new CancelJob(run(1, 0), true));
  }

  @Test
  void aClosedBookTakesNoJobsAndCanGiveAllUp() throws Exception {
    workers(1);
    Entry running = submit("running");
    Entry behind = submit("behind");
    Entry waiting = submit("waiting");
    book.started(run(1, 0), 1);
    book.accept(false, false);
    assertThatThrownBy(() -> submit("more")).hasMessageContaining("until it is opened");
    assertThat(book.isFinished()).isFalse();

    book.accept(false, true);
    assertThat(waiting.job().state()).isEqualTo(JobState.CANCELLED);
    book.returned(run(1, 0), 1);
    book.returned(run(1, 1), 1);
    assertThat(running.job().state()).isEqualTo(JobState.CANCELLED);
    assertThat(behind.job().state()).isEqualTo(JobState.CANCELLED);
    assertThat(book.isFinished()).isTrue();
    book.accept(true, false);
    assertThat(submit("more").job().state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void oldOnesGiveWayWhenTheMemoryIsFull() throws Exception {
    memory = 10_000;
    book = book();
    workers(1);
    open();
    for (int i = 0; i < 30; i++) {
      submit("f" + i);
      end(1, lastRun(1));
    }
    assertThat(book.newestFirst().count()).isBetween(5L, 9L);
    for (int i = 0; i < 5; i++) {
      submit("g" + i);
    }
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10; i++) {
                submit("h" + i);
              }
            })
        .hasMessageContaining("all the space");
  }

  @Test
  void aPoolThatIsTerminatedWhileTheStoreOpensGivesUpWhatIsInIt() throws Exception {
    workers(1);
    submit("f");
    said.clear();
    book = book();
    book.accept(false, true);
    assertThat(book.isFinished()).isFalse();
    workers(2);
    open();
    assertThat(runs(2)).isEmpty();
    assertThat(book.count(JobState.CANCELLED)).isOne();
    assertThat(book.isFinished()).isTrue();
  }

  @Test
  void aJobThatRunsIsAskedToStopAndIsCancelledWhateverComesOfIt() throws Exception {
    workers(1);
    Entry job = submit("f");
    book.started(run(1, 0), 1);
    assertThat(book.cancel(job)).isFalse();
    assertThat(messages(1)).last().isEqualTo(new CancelJob(run(1, 0), false));
    end(1, run(1, 0));
    assertThat(job.job().state()).isEqualTo(JobState.CANCELLED);
    assertThatThrownBy(() -> book.cancel(job)).hasMessageContaining("has ended");
  }

  @Test
  void theQueueHasALimit() throws Exception {
    for (int i = 0; i < 10; i++) {
      submit("f");
    }
    assertThatThrownBy(() -> submit("f")).hasMessageContaining("As many jobs");
  }

  @Test
  void endedJobsAreForgottenAfterTheirTimeAndBeforeWhenSpaceIsShort() throws Exception {
    workers(1);
    Entry old = submit("f");
    end(1, run(1, 0));
    millis += 59_000;
    book.tick();
    assertThat(book.find(old.job().id())).isPresent();
    millis += 2_000;
    book.tick();
    assertThat(book.find(old.job().id())).isEmpty();
    assertThat(store.jobs).isEmpty();

    for (int i = 0; i < 4; i++) {
      submit("g");
      book.ended(lastRun(1), 1, 200, "text/plain", new byte[400_000]);
    }
    assertThat(book.newestFirst()).hasSize(2);
  }

  @Test
  void aResultThatIsTooLongFailsTheJob() throws Exception {
    workers(1);
    Entry job = submit("f");
    book.ended(run(1, 0), 1, 200, "text/plain", new byte[500_001]);
    assertThat(job.job().state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void aStoreThatFailsEndsTheServiceOfJobs() {
    store.failure = new IllegalStateException("disk full");
    assertThatThrownBy(() -> submit("f")).hasMessageContaining("disk full");
    assertThatThrownBy(() -> submit("f")).hasMessageContaining("store has failed");
  }

  @Test
  void theEndOfAJobIsDeliveredToWhoWantsIt() throws Exception {
    workers(1);
    var callbacks = new Callbacks("http://a.example/good?x", "http://b.example/bad");
    Entry good = submit("f", callbacks);
    Entry cancelled = submit("f", callbacks);
    submit("nobody wants to know");
    end(1, run(1, 0));
    book.cancel(cancelled);
    book.returned(run(1, 1), 1);
    end(1, lastRun(1));

    assertThat(receiver.urls()).containsExactly("a.example/good?x", "b.example/bad");
    assertThat(receiver.ids()).containsExactly(good.job().id(), cancelled.job().id());
    assertThat(receiver.bodies().getFirst())
        .startsWith("{\"type\":\"job.succeeded\",\"timestamp\":\"1970-01-01T00:16:40Z\",\"data\":{")
        .contains("\"id\":\"" + good.job().id() + "\"", "\"result\":1}")
        .doesNotContain("delivery");
    assertThat(receiver.bodies().getLast()).contains("job.cancelled", "/problems/job-cancelled");
    assertThat(book.pendingDeliveries()).isEqualTo(2);

    receiver.answer(0, new Outcome.Delivered("status 200"));
    assertThat(good.job().delivery().state()).isEqualTo(Delivery.State.DELIVERED);
    assertThat(store.jobs.get(good.job().id())).isEqualTo(good.job());
    assertThat(book.pendingDeliveries()).isOne();
  }

  @Test
  void longAndBinaryResultsAreNotSentAlong() throws Exception {
    workers(1);
    var callbacks = new Callbacks("http://a.example/", "");
    submit("f", callbacks);
    submit("g", callbacks);
    book.ended(run(1, 0), 1, 200, "application/json", new byte[16 * 1024 + 1]);
    book.ended(run(1, 1), 1, 200, "image/png", new byte[] {1});
    assertThat(receiver.bodies())
        .hasSize(2)
        .allMatch(body -> body.contains("/result\"") && !body.contains("\"result\":1"));
  }

  @Test
  void aDeliveryIsTriedAgainLaterAndLaterAndThenGivenUp() throws Exception {
    workers(1);
    Entry job = submit("f", new Callbacks("http://a.example/", ""));
    end(1, run(1, 0));
    for (int attempt = 1; attempt < 4; attempt++) {
      receiver.answer(attempt - 1, new Outcome.Failed("status 500", 0));
      Delivery delivery = job.job().delivery();
      assertThat(delivery.attempts()).isEqualTo(attempt);
      assertThat(delivery.nextMillis() - millis).isBetween(1000L << attempt, 2000L << attempt);
      millis = delivery.nextMillis() - 1;
      book.tick();
      assertThat(receiver.ids()).hasSize(attempt);
      millis++;
      book.tick();
      assertThat(receiver.ids()).hasSize(attempt + 1).containsOnly(job.job().id());
    }
    receiver.answer(3, new Outcome.Failed("status 500", 0));
    assertThat(job.job().delivery())
        .isEqualTo(new Delivery(Delivery.State.GIVEN_UP, 4, 0, "status 500"));
    assertThat(book.pendingDeliveries()).isZero();
  }

  @Test
  void aRefusedOneIsGivenUpAtOnce() throws Exception {
    workers(1);
    Entry job = submit("f", new Callbacks("http://a.example/", ""));
    end(1, run(1, 0));
    receiver.answer(0, new Outcome.Refused("status 410"));
    assertThat(job.job().delivery().state()).isEqualTo(Delivery.State.GIVEN_UP);
  }

  @Test
  void aHostThatHangsLeavesRoomForOthers() throws Exception {
    workers(1);
    webhooks = withPending(100);
    book = book();
    open();
    for (int i = 0; i < 4; i++) {
      submit("f", new Callbacks("http://a.example/" + i, ""));
      end(1, lastRun(1));
    }
    submit("f", new Callbacks("http://b.example/", ""));
    end(1, lastRun(1));
    // Four may be under way, two of them at one host.
    assertThat(receiver.urls()).containsExactly("a.example/0", "a.example/1", "b.example/");
    receiver.answer(0, new Outcome.Delivered(""));
    assertThat(receiver.urls()).last().isEqualTo("a.example/2");
  }

  @Test
  void callbacksThatWouldNotBeCalledAreRefused() throws Exception {
    assertThatThrownBy(() -> submit("f", new Callbacks("ftp://a.example/", "")))
        .hasMessageContaining("callback is neither");
    assertThatThrownBy(() -> submit("f", new Callbacks("", "http://evil.example/")))
        .hasMessageContaining("error_callback is not allowed");
    for (int i = 0; i < 3; i++) {
      submit("f", new Callbacks("http://a.example/", "http://b.example/"));
    }
    assertThatThrownBy(() -> submit("f", new Callbacks("http://a.example/", "")))
        .hasMessageContaining("still to come");
    assertThatThrownBy(() -> submit("f", new Callbacks("", "http://b.example/")))
        .hasMessageContaining("still to come");
    submit("f", new Callbacks("http://c.example/", ""));
    workers(1);
    book.tick();
    end(1, run(1, 0));
    submit("f", new Callbacks("", "http://b.example/")); // one has succeeded
    receiver.answer(0, new Outcome.Delivered(""));
    submit("f", new Callbacks("http://a.example/", ""));
  }

  @Test
  void aNewMasterDeliversWhatTheLastOneHasNot() throws Exception {
    workers(1);
    submit("f", new Callbacks("http://a.example/", ""));
    end(1, run(1, 0));
    String id = receiver.ids().getFirst();
    book.close();
    receiver.answer(0, new Outcome.Failed("the server stops", 0));

    book = book();
    open();
    book.tick();
    assertThat(receiver.ids()).containsExactly(id, id);
    receiver.answer(1, new Outcome.Delivered(""));
    assertThat(book.find(id).orElseThrow().job().delivery())
        .isEqualTo(new Delivery(Delivery.State.DELIVERED, 1, 0, ""));
  }

  @Test
  void aHostThatIsAllowedNoLongerIsNotCalled() throws Exception {
    workers(1);
    Entry job = submit("f", new Callbacks("http://a.example/", ""));
    book.use(new JobSettings(jobs(), TestWebhooks.ofHosts("b.example")));
    end(1, run(1, 0));
    assertThat(receiver.ids()).isEmpty();
    assertThat(job.job().delivery().state()).isEqualTo(Delivery.State.GIVEN_UP);
  }

  @Test
  void whatIsNotDeliveredWhenTheJobIsForgottenNeverIs() throws Exception {
    workers(1);
    submit("f", new Callbacks("http://a.example/", ""));
    submit("f", new Callbacks("http://a.example/", ""));
    end(1, run(1, 0));
    end(1, run(1, 1));
    receiver.answer(0, new Outcome.Failed("", 120_000));
    millis += 61_000;
    book.tick();
    assertThat(store.jobs).isEmpty();
    assertThat(book.pendingDeliveries()).isZero();
    receiver.answer(1, new Outcome.Failed("", 0));
    millis += 120_000;
    book.tick();
    assertThat(receiver.ids()).hasSize(2);
    assertThat(store.jobs).isEmpty();
  }

  private ServerConfig.Webhooks withPending(int pendingPerHost) {
    return new ServerConfig.Webhooks(
        webhooks.hosts(),
        null,
        false,
        webhooks.timeout(),
        webhooks.attempts(),
        webhooks.backoffInitial(),
        webhooks.backoffMax(),
        webhooks.inFlight(),
        pendingPerHost);
  }

  private static ServerConfig.Jobs jobs() {
    return new ServerConfig.Jobs(Path.of("jobs"), 10, 3, Duration.ofMinutes(1), 1 << 20, 500_000);
  }

  private JobBook book() {
    return new JobBook(
        store,
        new AllWorkers(),
        Runnable::run,
        new JobSettings(jobs(), webhooks),
        receiver,
        JobFigures.NONE,
        () -> Instant.ofEpochMilli(millis),
        () -> millis * 1_000_000,
        memory);
  }

  private final class AllWorkers implements Crew {
    @Override
    public List<Crew.Member> ready() {
      return said.keySet().stream().<Crew.Member>map(Worker::new).toList();
    }

    @Override
    public Optional<Crew.Member> find(long pid) {
      return said.containsKey(pid) ? Optional.of(new Worker(pid)) : Optional.empty();
    }
  }

  private final class Worker implements Crew.Member {
    private final long pid;

    Worker(long pid) {
      this.pid = pid;
    }

    @Override
    public long pid() {
      return pid;
    }

    @Override
    public boolean isIdle() {
      return !busy.contains(pid);
    }

    @Override
    public void tell(ToWorker message) {
      said.computeIfAbsent(pid, _ -> new ArrayList<>()).add(message);
    }
  }

  private void workers(long... pids) {
    for (long pid : pids) {
      said.put(pid, new ArrayList<>());
    }
  }

  private void died(long pid) {
    said.remove(pid);
    book.lost(pid, true);
  }

  private Entry submit(String function) throws Exception {
    return submit(function, Callbacks.NONE);
  }

  private Entry submit(String function, Callbacks callbacks) throws Exception {
    var call = new Job.Call(function, "GET", "", "", true);
    var order = new Job.Order(call, "", "", callbacks);
    return book.submit(order, new byte[0]).toCompletableFuture().get();
  }

  private List<ToWorker> messages(long pid) {
    return said.getOrDefault(pid, List.of());
  }

  private List<RunJob> runs(long pid) {
    return messages(pid).stream().filter(RunJob.class::isInstance).map(RunJob.class::cast).toList();
  }

  private List<String> functions(long pid) {
    return runs(pid).stream().map(RunJob::function).toList();
  }

  private long run(long pid, int index) {
    return runs(pid).get(index).run();
  }

  private long lastRun(long pid) {
    return runs(pid).getLast().run();
  }

  private void end(long pid, long run) {
    book.ended(run, pid, 200, "application/json", new byte[] {'1'});
  }
}
