package dev.percore.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.ComputeContext;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A task that does as told and remembers what happened to it.
final class FakeTask implements ComputeTask {
  private final Work work;
  private ClientName client = new ClientName("192.0.2.1");
  private double cost = 1;
  private @Nullable Duration timeout;
  private boolean idempotent;
  private boolean portable;
  private String function = "fake";
  private TaskMeter.Spent spent = TaskMeter.Spent.NOTHING;
  private final CountDownLatch started = new CountDownLatch(1);
  private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();

  FakeTask(Work work) {
    this.work = work;
  }

  /// What the task does.
  @FunctionalInterface
  interface Work {
    void run(ComputeContext context) throws Exception;
  }

  /// Runs until it is cancelled.
  static FakeTask endless() {
    return new FakeTask(
        context -> {
          while (true) {
            context.checkCancelled();
            Thread.onSpinWait();
          }
        });
  }

  /// Runs until the latch opens, without a look at cancellation.
  static FakeTask until(CountDownLatch latch) {
    return new FakeTask(_ -> assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue());
  }

  static FakeTask quick() {
    return new FakeTask(_ -> {});
  }

  FakeTask of(String name) {
    client = new ClientName(name);
    return this;
  }

  FakeTask named(String value) {
    function = value;
    return this;
  }

  FakeTask costing(double value) {
    cost = value;
    return this;
  }

  FakeTask havingSpent(TaskMeter.Spent value) {
    spent = value;
    return this;
  }

  FakeTask within(Duration value) {
    timeout = value;
    return this;
  }

  FakeTask portable() {
    portable = true;
    return this;
  }

  @Override
  public String function() {
    return function;
  }

  @Override
  public double cost() {
    return cost;
  }

  @Override
  public ClientName client() {
    return client;
  }

  @Override
  public @Nullable Duration timeout() {
    return timeout;
  }

  /// It may be run twice.
  FakeTask idempotent() {
    idempotent = true;
    return this;
  }

  @Override
  public boolean isIdempotent() {
    return idempotent;
  }

  @Override
  public boolean isPortable() {
    return portable;
  }

  @Override
  public void run(ComputeContext context, Duration queued, TaskMeter meter) throws Exception {
    started.countDown();
    meter.start();
    work.run(context);
    spent = meter.spent();
    ends.add("done on " + Thread.currentThread().getName());
  }

  @Override
  public TaskMeter.Spent spent() {
    return spent;
  }

  @Override
  public void failed(Throwable cause) {
    ends.add(cause);
  }

  @Override
  public void displaced(Submission.Refused why) {
    ends.add(why);
  }

  @Override
  public void abandoned(Abandonment why) {
    ends.add(why);
  }

  FakeTask awaitStart() throws InterruptedException {
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    return this;
  }

  boolean hasStarted() {
    return started.getCount() == 0;
  }

  /// How it ended: the text `done on` and the thread, what it threw, or why it was abandoned.
  @Nullable Object awaitEnd() throws InterruptedException {
    return ends.poll(10, TimeUnit.SECONDS);
  }
}
