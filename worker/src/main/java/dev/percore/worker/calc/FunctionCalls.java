package dev.percore.worker.calc;

import dev.percore.worker.api.Request;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.handoff.Call;
import dev.percore.worker.http.Reply;
import dev.percore.worker.poison.PoisonException;
import dev.percore.worker.poison.PoisonGuard;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes tasks of calls that did not come over a connection of this worker. Immutable.
public final class FunctionCalls {
  private static final int BODY_LENGTH_ON_EVENT_LOOP = 16 * 1024;

  private final Catalogue catalogue;
  private final WorkerIdentity worker;
  private final PoisonGuard poison;

  /// @param poison runs the functions
  public FunctionCalls(Catalogue catalogue, WorkerIdentity worker, PoisonGuard poison) {
    this.catalogue = catalogue;
    this.worker = worker;
    this.poison = poison;
  }

  /// The task of a call that a sibling has accepted, which also looks after its time. Empty if the
  /// call is answered already, as wrong.
  public Optional<ComputeTask> ofSibling(Call call, Reply reply) {
    CarriedRequest request = new CarriedRequest(call);
    return find(call, reply)
        .flatMap(entry -> task(entry, request, reply, poison, call.client(), null));
  }

  /// The task of a job. Empty if the call is answered already, as wrong: a plugin may have changed
  /// since it was accepted.
  ///
  /// @param again whether a worker has died while it ran the job, which has attempts of its own
  public Optional<ComputeTask> ofJob(Call call, boolean again, Reply reply) {
    PoisonGuard guard = again ? poison.lenient() : poison;
    CarriedRequest request = new CarriedRequest(call);
    return find(call, reply)
        .flatMap(
            entry -> {
              try {
                Duration limit = CallTime.of(entry, request).limit();
                return task(entry, request, reply, guard, call.client(), limit);
              } catch (ProblemException e) {
                reply.respond(e.problem());
                return Optional.empty();
              }
            });
  }

  private Optional<Catalogue.Entry> find(Call call, Reply reply) {
    Optional<Catalogue.Entry> entry = Optional.ofNullable(catalogue.find(call.function()));
    if (entry.isEmpty()) {
      reply.respond(CallProblems.unknownFunction(call.function(), catalogue.names()));
    }
    return entry;
  }

  private Optional<ComputeTask> task(
      Catalogue.Entry entry,
      Request request,
      Reply reply,
      PoisonGuard guard,
      ClientName client,
      @Nullable Duration limit) {
    CalcTask task = new CalcTask(entry, request, reply, worker, guard, client, limit);
    return !isLong(request) && !task.readArguments() ? Optional.empty() : Optional.of(task);
  }

  /// Checks a call that is to be computed later.
  ///
  /// @param limit how long its client may wait for the answer, unless the function or the request
  ///     wants less
  /// @return how long it may wait at most
  /// @throws ProblemException if the call is wrong
  /// @throws PoisonException if workers have died at it
  public Duration check(Catalogue.Entry entry, Request request, Duration limit)
      throws ProblemException, PoisonException {
    Duration wanted = CallTime.of(entry, request).limit();
    poison.check(entry.spec().name(), entry.arguments().parse(request).arguments());
    return wanted == null || wanted.compareTo(limit) > 0 ? limit : wanted;
  }

  /// Whether the arguments are too long to be read on the event loop, which they would keep from
  /// everybody else.
  public static boolean isLong(Request request) {
    return request.body().length > BODY_LENGTH_ON_EVENT_LOOP;
  }
}
