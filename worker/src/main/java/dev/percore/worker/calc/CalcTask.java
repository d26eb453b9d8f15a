package dev.percore.worker.calc;

import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.TaskMeter;
import dev.percore.worker.handoff.Call;
import dev.percore.worker.handoff.PortableTask;
import dev.percore.worker.http.Reply;
import dev.percore.worker.poison.PoisonException;
import dev.percore.worker.poison.PoisonGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of a function: reads its arguments, runs it on the compute thread and gives the outcome
/// to whoever asked. Confined to one thread at a time: that of the submitter, then the compute
/// thread.
final class CalcTask implements AnsweringTask, PortableTask {
  /// A query of up to so many characters travels in one piece.
  private static final int QUERY_LENGTH_PORTABLE = 128 * 1024;

  private final Catalogue.Entry entry;
  private final Request request;
  private final Reply reply;
  private final WorkerIdentity worker;
  private volatile PoisonGuard poison;
  private final ClientName client;
  private final @Nullable Duration timeout;
  private @Nullable Arguments arguments;
  private double cost = Double.NaN;
  private TaskMeter.Spent spent = TaskMeter.Spent.NOTHING;

  /// @param poison runs the function
  /// @param client who the call is for
  /// @param timeout longest time to the answer; null for the longest that there is
  CalcTask(
      Catalogue.Entry entry,
      Request request,
      Reply reply,
      WorkerIdentity worker,
      PoisonGuard poison,
      ClientName client,
      @Nullable Duration timeout) {
    this.poison = poison;
    this.client = client;
    this.timeout = timeout;
    this.entry = entry;
    this.request = request;
    this.reply = reply;
    this.worker = worker;
  }

  /// Reads the arguments now, or answers with what is wrong with them. Otherwise [#run] does so.
  ///
  /// @return whether there is something to run
  boolean readArguments() {
    try {
      PricedArguments priced = entry.arguments().parse(request);
      arguments = priced.arguments();
      cost = priced.cost();
      poison.check(function(), priced.arguments());
      return true;
    } catch (ProblemException e) {
      reply.respond(e.problem());
      return false;
    } catch (PoisonException refused) {
      reply.respond(refused.response());
      return false;
    }
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
  public boolean isPortable() {
    return request.rawQuery().length() <= QUERY_LENGTH_PORTABLE;
  }

  @Override
  public boolean isIdempotent() {
    return entry.idempotent();
  }

  @Override
  public void again() {
    poison = poison.again();
  }

  @Override
  public Call call() {
    String contentType = request.header("Content-Type");
    return new Call(
        function(),
        request.method(),
        parameters(request),
        contentType == null ? "" : contentType,
        client,
        request.body());
  }

  private static List<Field> parameters(Request request) {
    List<Field> parameters = new ArrayList<>();
    request
        .query()
        .forEach((name, values) -> values.forEach(value -> parameters.add(new Field(name, value))));
    return parameters;
  }

  @Override
  public Reply reply() {
    return reply;
  }

  @Override
  public void respond(Response response) {
    reply.respond(response);
  }

  @Override
  public ClientName client() {
    return client;
  }

  @Override
  public @Nullable Duration timeout() {
    return timeout;
  }

  @Override
  public void run(ComputeContext context, Duration queued, TaskMeter meter) throws Exception {
    Arguments given = arguments == null ? readLate() : arguments;
    if (given == null) {
      return;
    }
    ComputeResult result;
    meter.start();
    try {
      result = poison.apply(function(), entry.function(), given, context);
    } catch (PoisonException refused) {
      reply.respond(refused.response());
      return;
    } catch (ComputeException e) {
      reply.respond(CallProblems.noAnswer(function(), given, e));
      return;
    } finally {
      spent = meter.spent();
    }
    Thread thread = Thread.currentThread();
    reply.respond(new Answer(function(), given, result, worker, thread, queued, spent).response());
  }

  // The cost stays unknown: the time that the reading took would spoil what is learnt from it.
  private @Nullable Arguments readLate() {
    try {
      return entry.arguments().parse(request).arguments();
    } catch (ProblemException e) {
      reply.respond(e.problem());
      return null;
    }
  }

  @Override
  public TaskMeter.Spent spent() {
    return spent;
  }
}
