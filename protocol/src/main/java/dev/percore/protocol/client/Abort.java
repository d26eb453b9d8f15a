package dev.percore.protocol.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Gives a request up by closing the connection that it is on, by which the server knows that
/// nobody waits for it. Thread-safe.
final class Abort {
  private @Nullable HttpConnection connection;
  private boolean aborted;

  /// The request is on this connection from now on.
  ///
  /// @throws IOException if it is given up already
  synchronized void use(HttpConnection now) throws IOException {
    if (aborted) {
      throw new IOException("the call is given up");
    }
    connection = now;
  }

  /// The request is on no connection any more.
  synchronized void leave() {
    connection = null;
  }

  synchronized void abort() {
    aborted = true;
    if (connection != null) {
      connection.close();
    }
  }

  synchronized boolean isAborted() {
    return aborted;
  }
}
