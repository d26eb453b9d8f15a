package dev.percore.master.metrics;

import dev.percore.master.jobs.Job;
import dev.percore.master.jobs.JobBook;
import dev.percore.master.jobs.JobFigures;
import dev.percore.master.jobs.JobState;
import dev.percore.master.webhook.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// The figures of jobs. Confined to the master's event loop, but for the times of commits.
public final class JobMetrics implements JobFigures {
  private final MeterRegistry registry;
  private final Counter attempts;
  private final Counter deaths;
  private final Timer commits;
  private final Counter givenUp;

  JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.attempts =
        Counter.builder("percore.job.attempts")
            .description("How often the function of a job was begun")
            .register(registry);
    this.deaths =
        Counter.builder("percore.job.worker.deaths")
            .description("Workers that died while they ran a job")
            .register(registry);
    this.commits =
        Timer.builder("percore.job.store.commit")
            .description("Time of the commits of the store of jobs, with their sync")
            .register(registry);
    this.givenUp =
        Counter.builder("percore.webhooks.given.up")
            .description("Ends of jobs that are not delivered")
            .register(registry);
  }

  /// Registers what the book can tell at any time.
  public void watch(JobBook book) {
    for (JobState state : JobState.values()) {
      Gauge.builder("percore.jobs", book, b -> b.count(state))
          .description("Jobs by state")
          .tag("state", state.label())
          .register(registry);
    }
    Gauge.builder("percore.webhooks.pending", book, JobBook::pendingDeliveries)
        .description("Ends of jobs that are to be delivered")
        .register(registry);
  }

  /// Takes the time of a commit, on any thread.
  public void committed(long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void started() {
    attempts.increment();
  }

  @Override
  public void died() {
    deaths.increment();
  }

  @Override
  public void ended(Job job) {
    Counter.builder("percore.jobs.ended")
        .description("Jobs that have ended, by function and outcome")
        .tag("function", job.call().function())
        .tag("outcome", job.state().label())
        .register(registry)
        .increment();
  }

  @Override
  public void attempted(Outcome outcome) {
    String label =
        switch (outcome) {
          case Outcome.Delivered _ -> "delivered";
          case Outcome.Refused _ -> "refused";
          case Outcome.Failed _ -> "failed";
        };
    Counter.builder("percore.webhook.attempts")
        .description("Attempts to deliver the ends of jobs, by outcome")
        .tag("outcome", label)
        .register(registry)
        .increment();
  }

  @Override
  public void gaveUp() {
    givenUp.increment();
  }
}
