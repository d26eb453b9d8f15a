package dev.percore.worker.site;

import java.util.List;

/// Every problem type of the server, with what it means and what a client can do.
final class ProblemTypes {

  /// One type.
  ///
  /// @param name last segment of its URI
  record ProblemType(String name, int status, String title, String text) {}

  static final List<ProblemType> ALL =
      List.of(
          type(
              "malformed-request",
              400,
              "Malformed request",
              "The request breaks the rules of HTTP, or is ambiguous. The connection is closed."),
          type(
              "unknown-parameter",
              400,
              "Unknown parameter",
              "The function has no parameter of that name; the detail may propose another."),
          type(
              "repeated-parameter",
              400,
              "Repeated parameter",
              "A parameter is given more than once."),
          type("missing-parameter", 400, "Missing parameter", "A required parameter is not given."),
          type(
              "parameter-wrong-type",
              400,
              "Wrong type",
              "A parameter's value is not of its type, such as a text where a number belongs."),
          type(
              "parameter-out-of-range",
              400,
              "Parameter out of range",
              "A parameter's value lies outside of its range. The document names parameter, value"
                  + " and range."),
          type(
              "cost-over-limit",
              400,
              "Too costly",
              "Each argument is in its range, but together they cost more than one call may."),
          type(
              "malformed-json",
              400,
              "Malformed JSON",
              "The body is not the JSON that is expected there."),
          type(
              "unexpected-body",
              400,
              "Unexpected body",
              "A GET request has a body; send arguments in the query, or use POST."),
          type(
              "query-and-body",
              400,
              "Arguments in two places",
              "Arguments come in the query and in the body; use one of the two."),
          type(
              "bad-idempotency-key",
              400,
              "Bad idempotency key",
              "An Idempotency-Key has 1 to 255 visible ASCII characters, and is given once."),
          type(
              "bad-callback",
              400,
              "Bad callback",
              "A callback is one URL of http or https with a host, without user information and"
                  + " fragment."),
          type(
              "callback-not-allowed",
              403,
              "Callback not allowed",
              "The operator does not allow callbacks to this host, or none at all."),
          type(
              "too-many-callbacks",
              503,
              "Too many callbacks",
              "Many callbacks of the same host are still to come. Try again later."),
          type(
              "pool-closed",
              503,
              "Pool closed",
              "The operator has closed the pool. It takes no work until it is opened again."),
          type("unknown-job", 404, "Unknown job", "There is no job of that id, or not any more."),
          type(
              "job-not-ended",
              409,
              "Job not ended",
              "The job has no result yet. Ask again later, or watch it."),
          type("job-ended", 409, "Job ended", "The job has ended before and cannot be cancelled."),
          type(
              "job-cancelled",
              409,
              "Job cancelled",
              "The job was cancelled before it had a result."),
          type(
              "idempotency-key-reused",
              422,
              "Idempotency key reused",
              "The Idempotency-Key was used before for a request with other content."),
          type(
              "poison-job",
              422,
              "Poison job",
              "The job was running in several workers that died, and is not run again."),
          type(
              "poison-request",
              422,
              "Poison request",
              "Workers have died while they computed the function with the same arguments. It is"
                  + " refused until Retry-After."),
          type(
              "job-interrupted",
              500,
              "Job interrupted",
              "The worker died while it ran a function that may not be run twice."),
          type(
              "result-too-large",
              500,
              "Result too large",
              "The result is longer than that of a job may be. Call the function without"
                  + " respond-async."),
          type(
              "jobs-unavailable",
              503,
              "Jobs unavailable",
              "The store of jobs cannot be reached. Try again at once, or look into the log."),
          type(
              "job-queue-full",
              503,
              "Too many jobs",
              "As many jobs wait or run as may, or they take all the space for jobs."),
          type(
              "master-timeout",
              504,
              "Master timeout",
              "The master did not answer in time. What was asked for may still happen."),
          type("forbidden", 403, "Forbidden", "The server may not read this file."),
          type("not-found", 404, "Not found", "There is nothing at this address."),
          type(
              "unknown-function",
              404,
              "Unknown function",
              "The catalogue at /calc/ has no function of that name."),
          type(
              "method-not-allowed",
              405,
              "Method not allowed",
              "This address does not take the method; the Allow header names those it takes."),
          type(
              "request-timeout",
              408,
              "Request timeout",
              "The request did not arrive in time. The connection is closed."),
          type(
              "precondition-failed",
              412,
              "Precondition failed",
              "The file is not the version that If-Match or If-Unmodified-Since asks for."),
          type(
              "content-too-large",
              413,
              "Content too large",
              "The body, or a line of a map's, is larger than the server takes, or than the"
                  + " function's arguments can be."),
          type(
              "request-line-too-long",
              414,
              "Request line too long",
              "The address is longer than the server takes; send long arguments with POST."),
          type(
              "unsupported-media-type",
              415,
              "Unsupported media type",
              "The body is of a media type that this address does not take; the document names"
                  + " those that it takes."),
          type(
              "range-not-satisfiable",
              416,
              "Range not satisfiable",
              "The range begins after the end of the file; Content-Range tells its length."),
          type(
              "expectation-failed",
              417,
              "Expectation failed",
              "The only expectation that is met is 100-continue."),
          type(
              "no-answer",
              422,
              "No answer",
              "The arguments are in range but have no answer, such as a division by zero."),
          type(
              "rate-exceeded",
              429,
              "Too many requests",
              "The client sends requests faster than it may. Try again after Retry-After."),
          type(
              "too-many-concurrent-requests",
              429,
              "Too many requests",
              "As many requests of the client are being answered as may be. Wait for one of them."),
          type(
              "too-many-connections-of-client",
              429,
              "Too many connections",
              "The client has as many connections open as it may. Use one of them."),
          type(
              "headers-too-large",
              431,
              "Request header fields too large",
              "The header fields are larger, or more, than the server takes."),
          type(
              "internal-error",
              500,
              "Internal error",
              "The server failed. Its log says why; the request may be tried again."),
          type("function-failed", 500, "Function failed", "The function failed with an error."),
          type(
              "worker-died",
              500,
              "Worker died",
              "The process that ran the call died, and the function says that a call must not be"
                  + " run twice. Whether it was done is unknown."),
          type("handler-failed", 500, "Handler failed", "The handler failed with an error."),
          type(
              "not-implemented",
              501,
              "Not implemented",
              "The request uses a method or a transfer coding that the server does not know."),
          type(
              "compute-queue-full",
              503,
              "Worker busy",
              "As many calls wait for this worker's core as may. Try again after Retry-After; a"
                  + " new connection may reach another worker."),
          type(
              "compute-busy",
              503,
              "Worker busy",
              "The calls ahead of this one would take all of its time. Try again after"
                  + " Retry-After; a new connection may reach another worker."),
          type(
              "io-queue-full",
              503,
              "Worker busy",
              "As many blocking requests run and wait as may. Try again after Retry-After."),
          type(
              "too-many-connections",
              503,
              "Too many connections",
              "The worker holds as many connections as it may. Try again after Retry-After; a new"
                  + " connection may reach another worker."),
          type(
              "too-much-in-flight",
              503,
              "Too much in flight",
              "The requests that the worker is receiving and answering take all of the memory that"
                  + " they may. The connection is closed. Try again after Retry-After; a new"
                  + " connection may reach another worker."),
          type(
              "not-ready",
              503,
              "Not ready",
              "The worker is starting or stopping and should get no new requests."),
          type(
              "worker-stopping",
              503,
              "Worker stopping",
              "The worker stops. Try again at once: another one answers."),
          type(
              "compute-timeout",
              504,
              "Compute timeout",
              "The call was not done by its deadline. Ask for less, or later."),
          type(
              "http-version-not-supported",
              505,
              "HTTP version not supported",
              "The versions spoken here are HTTP/1.0 and HTTP/1.1."));

  private ProblemTypes() {}

  private static ProblemType type(String name, int status, String title, String text) {
    return new ProblemType(name, status, title, text);
  }
}
