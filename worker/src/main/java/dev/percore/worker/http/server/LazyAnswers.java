package dev.percore.worker.http.server;

import java.util.concurrent.Executor;

/// Says which answers need not wake the event loop.
@FunctionalInterface
public interface LazyAnswers {
  /// None: each wakes it.
  LazyAnswers NONE = _ -> false;

  /// Whether an answer of the calling thread may be left with the event loop without waking it.
  /// Whoever says so wakes it in time. From any thread.
  boolean mayWait(Executor eventLoop);
}
