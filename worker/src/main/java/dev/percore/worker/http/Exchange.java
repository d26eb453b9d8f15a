package dev.percore.worker.http;

import dev.percore.worker.api.Request;

/// One request and its one answer. Thread-safe: the answer may be given on the event loop at once,
/// or later from any thread; the first answer counts and a later one is ignored (and its file
/// closed).
public interface Exchange extends Reply {

  Request request();

  /// Runs the action when the client hangs up before the answer was given; at once if it already
  /// has. At most one action is kept. It runs on the event loop and must not block.
  void onClientGone(Runnable action);
}
