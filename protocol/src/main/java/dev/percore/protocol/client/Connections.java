package dev.percore.protocol.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Connections to one server: those that are idle, to be used again, and those in use, to be cut.
/// Thread-safe.
final class Connections {
  private final Endpoint endpoint;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private final Set<HttpConnection> used = new HashSet<>();
  private boolean cut;

  Connections(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// An idle connection, or a new one.
  ///
  /// @param fresh whether it must be new, since an idle one may have been closed by the server
  /// @throws IOException if the server cannot be reached, or all are cut
  HttpConnection take(boolean fresh) throws IOException {
    synchronized (this) {
      HttpConnection connection = fresh ? null : idle.pollLast();
      if (connection != null) {
        used.add(connection);
        return connection;
      }
    }
    HttpConnection opened = HttpConnection.open(endpoint);
    synchronized (this) {
      if (!cut) {
        used.add(opened);
        return opened;
      }
    }
    opened.close();
    throw new IOException("the pool is terminated");
  }

  /// Takes one back, to keep it if it can be used again.
  void giveBack(HttpConnection connection) {
    boolean kept;
    synchronized (this) {
      used.remove(connection);
      kept = !cut && connection.isReusable();
      if (kept) {
        idle.addLast(connection);
      }
    }
    if (!kept) {
      connection.close();
    }
  }

  /// Closes those that are idle.
  void closeIdle() {
    List<HttpConnection> closed;
    synchronized (this) {
      closed = List.copyOf(idle);
      idle.clear();
    }
    closed.forEach(HttpConnection::close);
  }

  /// Closes all, and all that are opened later.
  void cutAll() {
    List<HttpConnection> closed;
    synchronized (this) {
      cut = true;
      closed = List.copyOf(used);
    }
    closed.forEach(HttpConnection::close);
    closeIdle();
  }
}
