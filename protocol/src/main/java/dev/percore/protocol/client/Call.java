package dev.percore.protocol.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A call under way. To cancel it closes its connection, by which the server cancels the task.
final class Call extends CompletableFuture<Result> {
  private @Nullable HttpConnection connection;

  /// Says on which connection the call is, to be cut if it is cancelled; null when it has left it.
  ///
  /// @return false if it is cancelled already
  synchronized boolean isOn(@Nullable HttpConnection now) {
    connection = now;
    return !isCancelled();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      cut();
    }
    return cancelled;
  }

  private synchronized void cut() {
    if (connection != null) {
      connection.close();
    }
  }
}
