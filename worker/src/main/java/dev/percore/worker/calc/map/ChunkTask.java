package dev.percore.worker.calc.map;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.calc.CallProblems;
import dev.percore.worker.calc.ProblemException;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.compute.TaskMeter;
import dev.percore.worker.handoff.Call;
import dev.percore.worker.handoff.PortableTask;
import dev.percore.worker.http.Reply;
import dev.percore.worker.poison.PoisonException;
import dev.percore.worker.poison.PoisonGuard;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Computes one chunk. Its answer is NDJSON with a line for each element, in their order; or for
/// the first ones only, when it was given up in the midst of it, and those that follow may be tried
/// again. If not even one has an outcome, the answer is a problem document that holds for all.
///
/// [#run] is for the compute thread; the rest is thread-safe.
final class ChunkTask implements PortableTask {
  /// Header of the answer: microseconds that the elements took.
  static final String COMPUTED = "Percore-Computed-Us";

  private static final Logger log = LoggerFactory.getLogger(ChunkTask.class);

  private final Chunk chunk;
  private final ClientName client;
  private volatile PoisonGuard poison;
  private final Reply reply;

  // Of the compute thread.
  private TaskMeter.Spent spent = TaskMeter.Spent.NOTHING;

  // Guarded by lines.
  private final Lines lines = new Lines();
  private boolean started;
  private boolean answered;
  private long startedNanos;

  /// @param poison runs the function
  ChunkTask(Chunk chunk, ClientName client, PoisonGuard poison, Reply reply) {
    this.chunk = chunk;
    this.client = client;
    this.poison = poison;
    this.reply = reply;
  }

  @Override
  public String function() {
    return chunk.entry().spec().name();
  }

  // Unknown until the elements are read, which is work for the compute thread.
  @Override
  public double cost() {
    return Double.NaN;
  }

  @Override
  public ClientName client() {
    return client;
  }

  @Override
  public boolean isPortable() {
    return true;
  }

  @Override
  public boolean isIdempotent() {
    return chunk.entry().idempotent();
  }

  @Override
  public void again() {
    poison = poison.again();
  }

  @Override
  public Call call() {
    return ChunkCalls.of(chunk, client);
  }

  @Override
  public void respond(Response response) {
    synchronized (lines) {
      if (answered) {
        return;
      }
      answered = true;
    }
    reply.respond(response);
  }

  @Override
  public void run(ComputeContext context, Duration queued, TaskMeter meter) {
    synchronized (lines) {
      started = true;
      startedNanos = System.nanoTime();
    }
    meter.start();
    try {
      for (int i = 0; i < chunk.size(); i++) {
        context.checkCancelled();
        if (!compute(chunk.firstIndex() + i, chunk.elements().get(i), context)) {
          return;
        }
      }
    } finally {
      spent = meter.spent();
    }
    answer();
  }

  @Override
  public TaskMeter.Spent spent() {
    return spent;
  }

  @Override
  public void failed(Throwable cause) {
    giveUp(CallProblems.failed(function()));
  }

  @Override
  public void abandoned(Abandonment why) {
    switch (why) {
      case EXPIRED -> giveUp(CallProblems.expired(function()));
      case STOPPING -> answerOr(CallProblems.stopping());
      case WORKER_DIED -> answerOr(Response.problem(CallProblems.workerDied(function())));
      case CLIENT_GONE -> {
        // Nobody is left to be answered.
      }
    }
  }

  // It has not begun, so all of it may be tried again.
  @Override
  public void displaced(Submission.Refused why) {
    answer();
  }

  // Whatever one element does must not harm the others; but what the lane asked for, and what the
  // JVM does not survive, is the lane's.
  private boolean compute(long index, byte[] element, ComputeContext context) {
    try {
      Arguments arguments = chunk.entry().arguments().fromElement(element).arguments();
      return add(index, arguments, context);
    } catch (ProblemException e) {
      return add(index, e.problem());
    } catch (CancellationException e) {
      if (context.isCancelled()) {
        throw e;
      }
      return fail(index, e);
    } catch (StackOverflowError e) {
      return fail(index, e);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      return fail(index, e);
    }
  }

  private boolean add(long index, Arguments arguments, ComputeContext context) throws Exception {
    try {
      var result = poison.apply(function(), chunk.entry().function(), arguments, context);
      synchronized (lines) {
        if (!answered) {
          lines.add(index, result);
        }
        return !answered;
      }
    } catch (PoisonException refused) {
      return add(index, refused.problem());
    } catch (ComputeException e) {
      return add(index, CallProblems.noAnswer(function(), arguments, e));
    }
  }

  private boolean fail(long index, Throwable cause) {
    log.error("function {} failed on element {} of a map", function(), index, cause);
    return add(index, CallProblems.failed(function()));
  }

  private boolean add(long index, Problem problem) {
    synchronized (lines) {
      if (!answered) {
        lines.add(index, problem);
      }
      return !answered;
    }
  }

  /// The element that was at work is to blame; if none was, all have waited too long.
  private void giveUp(Problem problem) {
    synchronized (lines) {
      if (!answered && started && lines.count() < chunk.size()) {
        lines.add(chunk.firstIndex() + lines.count(), problem);
      }
    }
    answerOr(Response.problem(problem));
  }

  private void answerOr(Response otherwise) {
    boolean nothing;
    synchronized (lines) {
      if (answered) {
        return;
      }
      nothing = lines.count() == 0;
      answered = nothing;
    }
    // Never within the lock: whoever takes the answer has locks of its own.
    if (nothing) {
      reply.respond(otherwise);
    } else {
      answer();
    }
  }

  private void answer() {
    Response response;
    synchronized (lines) {
      if (answered) {
        return;
      }
      answered = true;
      long micros = started ? (System.nanoTime() - startedNanos) / 1000 : 0;
      response =
          Response.of(200, "application/x-ndjson", lines.bytes())
              .with(COMPUTED, Long.toString(micros));
    }
    reply.respond(response);
  }
}
