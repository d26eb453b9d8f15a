package dev.percore.worker.http.server;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Router;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Answers that the server gives by itself.
final class Refusals {
  /// Methods that the server knows, even where no route takes them.
  private static final Set<String> KNOWN_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE");

  static final Response NOT_FOUND =
      Response.problem(Problem.of(404, "not-found", "Not found", "There is nothing at this path."));

  static final Response TOO_MANY_CONNECTIONS =
      Response.problem(
              Problem.of(
                  503,
                  "too-many-connections",
                  "Too many connections",
                  "This worker holds as many connections as it may."))
          .with("Retry-After", "1");

  static final Problem REQUEST_TIMEOUT =
      Problem.of(
          408, "request-timeout", "Request timeout", "The request did not arrive whole in time.");

  /// What the client is told of an unexpected exception: nothing.
  static final Problem INTERNAL_ERROR =
      Problem.of(
          500,
          "internal-error",
          "Internal error",
          "The server failed to answer this request. Its log knows more.");

  private Refusals() {}

  /// The answer to a request that was rejected before it was understood.
  static Response of(Problem problem) {
    Response response = Response.problem(problem);
    return problem.status() == 503 ? response.with("Retry-After", "1") : response;
  }

  /// For a method that the route does not take: 405 if the server knows it, otherwise 501.
  static Response methodNotTaken(String method, Router.Mount mount) {
    if (!KNOWN_METHODS.contains(method)) {
      return Response.problem(
              Problem.of(
                  501, "not-implemented", "Not implemented", "The method is not known here."))
          .with("Allow", mount.allow());
    }
    Problem problem =
        new Problem(
            405,
            "method-not-allowed",
            "Method not allowed",
            "This path does not take " + method + ".",
            Map.of("allowed", List.of(mount.allow().split(", "))));
    return Response.problem(problem).with("Allow", mount.allow());
  }
}
