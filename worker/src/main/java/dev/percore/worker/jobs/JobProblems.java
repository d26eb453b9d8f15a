package dev.percore.worker.jobs;

import dev.percore.worker.api.Problem;
import java.util.Map;

/// The problem documents about jobs that a worker makes; the others come from the master.
final class JobProblems {
  private JobProblems() {}

  static Problem masterSilent() {
    return Problem.of(
        504,
        "master-timeout",
        "Master timeout",
        "The master did not answer in time. What was asked for may still happen.");
  }

  static Problem tooManyWait(int limit) {
    return Problem.of(
        503,
        "jobs-unavailable",
        "Jobs unavailable",
        "As many clients wait for jobs as may: %d.".formatted(limit));
  }

  static Problem badKey() {
    return Problem.of(
        400,
        "bad-idempotency-key",
        "Bad idempotency key",
        "An Idempotency-Key has 1 to 255 visible ASCII characters, and is given once.");
  }

  static Problem tooLarge(long length, int limit) {
    return new Problem(
        413,
        "content-too-large",
        "Content too large",
        "A job's request has at most %d bytes.".formatted(limit),
        Map.of("value", length, "allowed", limit));
  }

  static Problem badParameter(String name, String value, String allowed) {
    String shown = shown(value);
    return new Problem(
        400,
        "parameter-out-of-range",
        "Parameter out of range",
        "The parameter '%s' must be %s.".formatted(name, allowed),
        Map.of("parameter", name, "value", shown, "allowed", allowed));
  }

  static Problem unknownParameter(String name) {
    String shown = shown(name);
    return new Problem(
        400,
        "unknown-parameter",
        "Unknown parameter",
        "The list of jobs has no parameter '%s'.".formatted(shown),
        Map.of("parameter", shown));
  }

  static Problem notFound(String path) {
    String shown = shown(path);
    return Problem.of(404, "not-found", "Not found", "There is nothing at %s.".formatted(shown));
  }

  private static String shown(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
