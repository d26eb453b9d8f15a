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
import java.util.function.Function;

/// The problem documents for calls that are as they should be and still get no result.
final class CallProblems {
  private final Function<Problem, Response> problemWriter;

  /// @param problemWriter makes a problem's response, to which header fields can be added
  CallProblems(Function<Problem, Response> problemWriter) {
    this.problemWriter = problemWriter;
  }

  Problem unknownFunction(String name, List<String> known) {
    String shown = name.length() <= 100 ? name : name.substring(0, 100) + "…";
    return new Problem(
        404,
        "unknown-function",
        "Unknown function",
        "There is no function '%s'.%s".formatted(shown, Suggestion.sentence(name, known)),
        Map.of("function", shown, "allowed", known));
  }

  Response methodNotAllowed(String method, String allowed) {
    return problemWriter
        .apply(
            Problem.of(
                405,
                "method-not-allowed",
                "Method not allowed",
                "The catalogue takes %s, not %s.".formatted(allowed, method)))
        .with("Allow", allowed);
  }

  /// In range, but without an answer.
  Problem noAnswer(String function, Arguments arguments, ComputeException cause) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("function", function);
    members.put("parameter", cause.parameter());
    Object value = arguments.asMap().get(cause.parameter());
    if (value != null) {
      members.put("value", value);
    }
    return new Problem(422, "no-answer", "No answer", String.valueOf(cause.getMessage()), members);
  }

  Problem failed(String function) {
    return new Problem(
        500,
        "function-failed",
        "Function failed",
        "The function '%s' failed; the server's log says why.".formatted(function),
        Map.of("function", function));
  }

  Problem expired(String function) {
    return new Problem(
        504,
        "compute-timeout",
        "Compute timeout",
        "The call of '%s' was not done by its deadline.".formatted(function),
        Map.of("function", function));
  }

  Response stopping() {
    return unavailable(
        Problem.of(
            503, "worker-stopping", "Worker stopping", "The worker stops; try again at once."),
        Duration.ofSeconds(1));
  }

  Response refused(Submission.Refused refused) {
    return switch (refused.cause()) {
      case QUEUE_FULL -> busy(refused, "compute-queue-full", "As many calls wait as may: %d.");
      case TOO_LATE ->
          busy(
              refused,
              "compute-busy",
              "The call that runs and the %d that wait would take all of this one's time.");
      case STOPPING -> stopping();
    };
  }

  private Response busy(Submission.Refused refused, String type, String detail) {
    Duration retryAfter = refused.retryAfter();
    return unavailable(
        new Problem(
            503,
            type,
            "Worker busy",
            detail.formatted(refused.queued()),
            Map.of("queued", refused.queued(), "retryAfterSeconds", wholeSeconds(retryAfter))),
        retryAfter);
  }

  private Response unavailable(Problem problem, Duration retryAfter) {
    return problemWriter
        .apply(problem)
        .with("Retry-After", Long.toString(wholeSeconds(retryAfter)));
  }

  private static long wholeSeconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
