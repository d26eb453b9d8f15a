package dev.percore.master.jobs;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A problem document (RFC 9457) about a job. Its types are described with those of the workers.
///
/// @param retryAfterSeconds when another try has a chance; 0 if it has none
public record JobProblem(
    int status, String type, String title, String detail, int retryAfterSeconds) {
  static final String MEDIA_TYPE = "application/problem+json";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  static JobProblem unknown(String id) {
    return new JobProblem(
        404, "unknown-job", "Unknown job", "There is no job '%s' (any more).".formatted(id), 0);
  }

  static JobProblem unavailable(String reason, int retryAfterSeconds) {
    return new JobProblem(
        503,
        "jobs-unavailable",
        "Jobs unavailable",
        "Jobs cannot be served now: " + reason,
        retryAfterSeconds);
  }

  static JobProblem busy() {
    return unavailable("too much is on its way already.", 1);
  }

  static JobProblem requestLost() {
    return unavailable("the job's request is lost.", 0);
  }

  static JobProblem poolClosed() {
    return new JobProblem(
        503, "pool-closed", "Pool closed", "The pool takes no work until it is opened again.", 0);
  }

  static JobProblem queueFull(int queued) {
    return new JobProblem(
        503,
        "job-queue-full",
        "Too many jobs",
        "As many jobs wait or run as may: %d.".formatted(queued),
        5);
  }

  static JobProblem storeFull() {
    return new JobProblem(
        503,
        "job-queue-full",
        "Too many jobs",
        "The jobs that wait or run take all the space that jobs may take.",
        5);
  }

  static JobProblem keyReused() {
    return new JobProblem(
        422,
        "idempotency-key-reused",
        "Idempotency key reused",
        "The Idempotency-Key was used before, for a request with other content.",
        0);
  }

  static JobProblem badCallback(String parameter, String why) {
    return new JobProblem(
        400, "bad-callback", "Bad callback", "The %s %s.".formatted(parameter, why), 0);
  }

  static JobProblem callbackNotAllowed(String parameter, String why) {
    return new JobProblem(
        403,
        "callback-not-allowed",
        "Callback not allowed",
        "The %s is not allowed: %s.".formatted(parameter, why),
        0);
  }

  static JobProblem tooManyCallbacks(int owed) {
    return new JobProblem(
        503,
        "too-many-callbacks",
        "Too many callbacks",
        "As many jobs have a callback at that host that is still to come as may: %d."
            .formatted(owed),
        5);
  }

  static JobProblem notEnded(Job job) {
    return new JobProblem(
        409,
        "job-not-ended",
        "Job not ended",
        "The job is %s and has no result yet.".formatted(job.state().label()),
        1);
  }

  static JobProblem ended(Job job) {
    return new JobProblem(
        409,
        "job-ended",
        "Job ended",
        "The job has ended before: it is %s.".formatted(job.state().label()),
        0);
  }

  static JobProblem cancelled() {
    return new JobProblem(
        409, "job-cancelled", "Job cancelled", "The job was cancelled before it had a result.", 0);
  }

  static JobProblem poison(Job job) {
    return new JobProblem(
        422,
        "poison-job",
        "Poison job",
        "The job was running in %d workers that died. It is not run again.".formatted(job.deaths()),
        0);
  }

  static JobProblem notRepeatable(Job job) {
    return new JobProblem(
        500,
        "job-interrupted",
        "Job interrupted",
        "The worker or the server died while it ran '%s', which is not declared idempotent; so it"
                .formatted(job.call().function())
            + " is not run again.",
        0);
  }

  static JobProblem tooLarge(int length, int limit) {
    return new JobProblem(
        500,
        "result-too-large",
        "Result too large",
        "The result has %d bytes, and a job's may have %d (jobs.result_size)."
            .formatted(length, limit),
        0);
  }

  byte[] json() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "/problems/" + type);
    document.put("title", title);
    document.put("status", status);
    document.put("detail", detail);
    if (retryAfterSeconds > 0) {
      document.put("retry_after_seconds", retryAfterSeconds);
    }
    return MAPPER.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
  }
}
