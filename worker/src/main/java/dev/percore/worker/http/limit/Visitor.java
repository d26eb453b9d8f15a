package dev.percore.worker.http.limit;

import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import org.jspecify.annotations.Nullable;

/// The client of one connection, as the limits see it. For the event loop.
public interface Visitor {
  /// One without limits.
  Visitor UNLIMITED =
      new Visitor() {
        @Override
        public @Nullable Response connect() {
          return null;
        }

        @Override
        public void takeOver() {}

        @Override
        public void disconnect() {}

        @Override
        public @Nullable Response enter(Request request, long nowNanos) {
          return null;
        }

        @Override
        public void leave() {}
      };

  /// The connection has come.
  ///
  /// @return what to tell it if it is one too many, otherwise null
  @Nullable Response connect();

  /// The connection was accepted by another worker, and goes on here.
  void takeOver();

  /// The connection is gone, whatever became of it.
  void disconnect();

  /// A request has come; no other of this connection is being answered.
  ///
  /// @param nowNanos of [System#nanoTime]
  /// @return the answer if it is one too many, otherwise null
  @Nullable Response enter(Request request, long nowNanos);

  /// The request has ended, whatever became of it.
  void leave();
}
