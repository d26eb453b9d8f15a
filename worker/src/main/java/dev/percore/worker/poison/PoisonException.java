package dev.percore.worker.poison;

import dev.percore.protocol.shared.Fingerprint;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// A call is refused, since workers have died at it.
public final class PoisonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final long retryAfterSeconds;

  PoisonException(PoisonTable.Entry entry, String function, long nowNanos) {
    // Made for control flow: a stack trace would only cost.
    super("workers have died at this call", null, false, false);
    Duration left = Duration.ofNanos(entry.untilNanos() - nowNanos);
    this.retryAfterSeconds = Math.max(1, left.plusNanos(999_999_999).toSeconds());
    this.problem = problem(entry, function, retryAfterSeconds);
  }

  private static Problem problem(PoisonTable.Entry entry, String function, long retryAfterSeconds) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("function", function);
    members.put("fingerprint", Fingerprint.text(entry.fingerprint()));
    members.put("deaths", entry.deaths());
    members.put("retry_after_seconds", retryAfterSeconds);
    return new Problem(
        422,
        "poison-request",
        "Poison request",
        "%d workers have died while they computed '%s' with these arguments; it is refused for %d s."
            .formatted(entry.deaths(), function, retryAfterSeconds),
        members);
  }

  /// What to answer, for one of many calls.
  public Problem problem() {
    return problem;
  }

  /// What to answer.
  public Response response() {
    return Response.problem(problem).with("Retry-After", Long.toString(retryAfterSeconds));
  }
}
