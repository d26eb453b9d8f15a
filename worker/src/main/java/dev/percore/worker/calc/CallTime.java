package dev.percore.worker.calc;

import dev.percore.worker.api.Parameter;
import dev.percore.worker.api.Request;
import dev.percore.worker.http.Preferences;
import dev.percore.worker.http.Reply;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long one call may take from its acceptance to its answer, as the function and the request
/// want it: the shortest of the function's own time, `Prefer: wait=SECONDS` (RFC 7240, section
/// 4.3) and the query's `timeout=SECONDS`.
///
/// @param limit null if none of them says anything
/// @param preferredSeconds seconds of the preference, which the answer says that it was applied;
///     null without one
record CallTime(@Nullable Duration limit, @Nullable Long preferredSeconds) {
  /// Name in the query. A function that declares a parameter of that name has it for itself.
  static final String PARAMETER = "timeout";

  private static final Parameter.Real TIMEOUT =
      new Parameter.Real(PARAMETER, "seconds until the answer at the latest", 0.001, 86_400, null);
  private static final int WAIT_DIGITS_MAXIMUM = 9;

  /// What counts for a call.
  ///
  /// @throws ProblemException if the query's value is no such time
  static CallTime of(Catalogue.Entry entry, Request request) throws ProblemException {
    Long wait = wait(request);
    Duration preferred = wait == null ? null : Duration.ofSeconds(wait);
    Duration own = shorter(entry.timeout().orElse(null), preferred);
    return new CallTime(shorter(own, argument(entry, request)), wait);
  }

  private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }

  /// A reply that says in its answer that the preference was applied, if there was one.
  Reply tellIn(Reply reply) {
    if (preferredSeconds == null) {
      return reply;
    }
    String applied = "wait=" + preferredSeconds;
    return response -> reply.respond(response.with("Preference-Applied", applied));
  }

  // What is no number of seconds is passed over, as the RFC wants it.
  private static @Nullable Long wait(Request request) {
    String value = Preferences.of(request).value("wait");
    return value != null && value.matches("[0-9]{1," + WAIT_DIGITS_MAXIMUM + "}")
        ? Long.valueOf(value)
        : null;
  }

  private static @Nullable Duration argument(Catalogue.Entry entry, Request request)
      throws ProblemException {
    List<String> given = request.query().get(PARAMETER);
    if (given == null || declares(entry)) {
      return null;
    }
    if (given.size() != 1) {
      throw ArgumentProblems.repeatedParameter(PARAMETER, given);
    }
    double seconds = (Double) QueryArguments.value(TIMEOUT, given.getFirst());
    return Duration.ofNanos(BigDecimal.valueOf(seconds).movePointRight(9).longValue());
  }

  private static boolean declares(Catalogue.Entry entry) {
    return entry.spec().parameters().stream()
        .anyMatch(parameter -> parameter.name().equals(PARAMETER));
  }
}
