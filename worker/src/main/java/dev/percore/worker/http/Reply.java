package dev.percore.worker.http;

import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;

/// Where the outcome of a call goes: to the HTTP client that waits, or to whoever asked in its
/// place. Thread-safe; the first outcome counts and a later one is ignored.
public interface Reply {

  /// Takes the answer, or the problem document with its header fields.
  void respond(Response response);

  /// Takes a problem document.
  default void respond(Problem problem) {
    respond(Response.problem(problem));
  }
}
