package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.http.Exchange;
import java.time.Duration;

/// One call of a function: runs it on the compute thread and answers the exchange.
final class CalcTask implements ComputeTask {
  private final Catalogue.Entry entry;
  private final Arguments arguments;
  private final Exchange exchange;
  private final WorkerIdentity worker;
  private final CallProblems problems;
  private final double cost;

  CalcTask(
      Catalogue.Entry entry,
      Arguments arguments,
      Exchange exchange,
      WorkerIdentity worker,
      CallProblems problems) {
    this.entry = entry;
    this.arguments = arguments;
    this.exchange = exchange;
    this.worker = worker;
    this.problems = problems;
    this.cost = entry.spec().cost().applyAsDouble(arguments);
  }

  @Override
  public String function() {
    return entry.spec().name();
  }

  @Override
  public double cost() {
    return cost;
  }

  @Override
  public void run(ComputeContext context, Duration queued) throws Exception {
    long startedNanos = System.nanoTime();
    ComputeResult result;
    try {
      result = entry.function().apply(arguments, context);
    } catch (ComputeException e) {
      exchange.respond(problems.noAnswer(function(), arguments, e));
      return;
    }
    Duration computed = Duration.ofNanos(System.nanoTime() - startedNanos);
    String thread = Thread.currentThread().getName();
    exchange.respond(
        new Answer(function(), arguments, result, worker, thread, queued, computed).response());
  }

  @Override
  public void failed(Throwable cause) {
    exchange.respond(problems.failed(function()));
  }

  @Override
  public void abandoned(Abandonment why) {
    switch (why) {
      case EXPIRED -> exchange.respond(problems.expired(function()));
      case STOPPING -> exchange.respond(problems.stopping());
      case CLIENT_GONE -> {
        // Nobody is left to be answered.
      }
    }
  }
}
