package dev.percore.worker.calc;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Reply;
import java.util.Optional;

/// Calls of functions that do not come from an HTTP connection of this worker. Immutable.
public final class FunctionCalls {
  private final Catalogue catalogue;
  private final WorkerIdentity worker;

  public FunctionCalls(Catalogue catalogue, WorkerIdentity worker) {
    this.catalogue = catalogue;
    this.worker = worker;
  }

  /// A call as a task for the lane, which reads the arguments when it runs. Empty if there is no
  /// such function; the reply is told so.
  public Optional<ComputeTask> task(String function, Request request, Reply reply) {
    Catalogue.Entry entry = catalogue.find(function);
    if (entry == null) {
      reply.respond(CallProblems.unknownFunction(function, catalogue.names()));
      return Optional.empty();
    }
    CalcTask task = new CalcTask(entry, request, reply, worker);
    boolean readNow = request.body().length <= CalcRoutes.BODY_LENGTH_ON_EVENT_LOOP;
    return readNow && !task.readArguments() ? Optional.empty() : Optional.of(task);
  }

  /// What is wrong with the arguments of a request; empty if nothing is.
  public static Optional<Problem> flaw(Catalogue.Entry entry, Request request) {
    try {
      var _ = entry.arguments().parse(request);
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
  }

  /// Whether the arguments are too long to be read on the event loop.
  public static boolean isLong(Request request) {
    return request.body().length > CalcRoutes.BODY_LENGTH_ON_EVENT_LOOP;
  }

  /// The answer to a call that the lane has refused.
  public static Response refused(Submission.Refused refused) {
    return CallProblems.refused(refused);
  }

  /// The answer to a call that was given up when its time was over.
  public static Problem expired(String function) {
    return CallProblems.expired(function);
  }

  /// The answer to a call that was given up since the worker stops.
  public static Response stopping() {
    return CallProblems.stopping();
  }
}
