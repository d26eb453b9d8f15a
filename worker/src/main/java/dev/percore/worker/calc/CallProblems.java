package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeException;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.Submission;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The problem documents for calls that are as they should be and still get no result.
public final class CallProblems {
  /// The worker stops.
  public static final Problem STOPPING =
      Problem.of(
          503,
          "worker-stopping",
          "Worker stopping",
          "The worker stops, or was told to give up what it has; try again at once.");

  private CallProblems() {}

  /// There is no such function.
  public static Problem unknownFunction(String name, List<String> known) {
    String shown = name.length() <= 100 ? name : name.substring(0, 100) + "…";
    return new Problem(
        404,
        "unknown-function",
        "Unknown function",
        "There is no function '%s'.%s".formatted(shown, Suggestion.sentence(name, known)),
        Map.of("function", shown, "allowed", known));
  }

  static Response methodNotAllowed(String method, String allowed) {
    return Response.problem(
            Problem.of(
                405,
                "method-not-allowed",
                "Method not allowed",
                "The catalogue takes %s, not %s.".formatted(allowed, method)))
        .with("Allow", allowed);
  }

  /// In range, but without an answer.
  public static Problem noAnswer(String function, Arguments arguments, ComputeException cause) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("function", function);
    members.put("parameter", cause.parameter());
    Object value = arguments.asMap().get(cause.parameter());
    if (value != null) {
      members.put("value", value);
    }
    return new Problem(422, "no-answer", "No answer", String.valueOf(cause.getMessage()), members);
  }

  /// It threw.
  public static Problem failed(String function) {
    return new Problem(
        500,
        "function-failed",
        "Function failed",
        "The function '%s' failed; the server's log says why.".formatted(function),
        Map.of("function", function));
  }

  /// The worker died that had taken it over, and it may not be run twice.
  public static Problem workerDied(String function) {
    return new Problem(
        500,
        "worker-died",
        "Worker died",
        "The worker that ran '%s' died; whether it was done is unknown.".formatted(function),
        Map.of("function", function));
  }

  /// Its deadline passed.
  public static Problem expired(String function) {
    return new Problem(
        504,
        "compute-timeout",
        "Compute timeout",
        "The call of '%s' was not done by its deadline.".formatted(function),
        Map.of("function", function));
  }

  /// The worker stops.
  public static Response stopping() {
    return unavailable(STOPPING, Duration.ofSeconds(1));
  }

  /// The lane did not take it.
  public static Response refused(Submission.Refused refused) {
    return switch (refused.cause()) {
      case QUEUE_FULL -> busy(refused, "compute-queue-full", "As many calls wait as may: %d.");
      case TOO_LATE ->
          busy(
              refused,
              "compute-busy",
              "It would not be done in its time behind what runs and waits before it: %d calls"
                  + " wait.");
      case STOPPING -> stopping();
    };
  }

  /// It had to make way for others.
  public static Response displaced(Submission.Refused why) {
    return busy(
        why, "compute-queue-full", "As many calls wait as may, and others have fewer of them: %d.");
  }

  private static Response busy(Submission.Refused refused, String type, String detail) {
    Duration retryAfter = refused.retryAfter();
    return unavailable(
        new Problem(
            503,
            type,
            "Worker busy",
            detail.formatted(refused.queued()),
            Map.of("queued", refused.queued(), "retry_after_seconds", wholeSeconds(retryAfter))),
        retryAfter);
  }

  private static Response unavailable(Problem problem, Duration retryAfter) {
    return Response.problem(problem).with("Retry-After", Long.toString(wholeSeconds(retryAfter)));
  }

  private static long wholeSeconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
