package dev.percore.worker.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractEventExecutor;
import java.util.concurrent.Executor;

/// Says which answers need not wake the event loop.
@FunctionalInterface
public interface LazyAnswers {
  /// None: each wakes it.
  LazyAnswers NONE = _ -> false;

  /// Whether an answer of the calling thread may be left with the event loop without waking it.
  /// Whoever says so wakes it in time. From any thread.
  boolean mayWait(Executor eventLoop);

  /// Has an answer sent by the event loop, soon. From any thread.
  ///
  /// @throws java.util.concurrent.RejectedExecutionException if the event loop has ended
  default void deliver(EventLoop loop, Runnable answer) {
    if (loop instanceof AbstractEventExecutor lazy && mayWait(loop)) {
      lazy.lazyExecute(answer);
    } else {
      loop.execute(answer);
    }
  }
}
