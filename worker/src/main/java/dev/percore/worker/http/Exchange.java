package dev.percore.worker.http;

import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import org.jspecify.annotations.Nullable;

/// One request and its one answer. Thread-safe: the answer may be given on the event loop at once,
/// or later from any thread; the first answer counts and a later one is ignored (and its file
/// closed).
public interface Exchange extends Reply {

  Request request();

  /// The lines of the body, if the handler takes them while they arrive ([StreamingHandler]); the
  /// request itself has no body then. Null if the request has arrived whole.
  default @Nullable RequestLines lines() {
    return null;
  }

  /// Begins an answer whose body is made while it is sent. If the exchange is answered already, the
  /// stream is over from the start.
  ///
  /// @param head status and header fields, with an empty body
  /// @throws IllegalArgumentException for a head with a body, or a status that allows none
  ResponseStream stream(Response head);

  /// Runs the action when the client hangs up before the answer was given, or before the end of its
  /// [#stream]; at once if it already has. It also runs when a stream begins whose body nobody
  /// wants, since the method is HEAD. At most one action is kept. It runs on the event loop and
  /// must not block.
  void onClientGone(Runnable action);
}
