package dev.percore.protocol.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connections to one server: those that are idle, to be used again, and those in use, to be cut.
/// Thread-safe.
final class Connections {
  private final Endpoint endpoint;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private final Set<HttpConnection> used = new HashSet<>();
  private boolean closed;
  private boolean cut;

  Connections(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// An idle connection that the server has not closed, or a new one.
  ///
  /// @throws IOException if the server cannot be reached, or all are cut
  HttpConnection take() throws IOException {
    for (HttpConnection next = takeIdle(); next != null; next = takeIdle()) {
      if (!next.isStale()) {
        return next;
      }
      discard(next);
    }
    return open();
  }

  private synchronized @Nullable HttpConnection takeIdle() {
    HttpConnection next = idle.pollLast();
    if (next != null) {
      used.add(next);
    }
    return next;
  }

  /// A new connection.
  ///
  /// @throws IOException if the server cannot be reached, or all are cut
  HttpConnection open() throws IOException {
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
    synchronized (this) {
      if (connection.isReusable() && !closed) {
        used.remove(connection);
        idle.addLast(connection);
        return;
      }
    }
    discard(connection);
  }

  private void discard(HttpConnection connection) {
    synchronized (this) {
      used.remove(connection);
    }
    connection.close();
  }

  /// Closes those that are idle, and from now on each when it is given back.
  void close() {
    List<HttpConnection> ended;
    synchronized (this) {
      closed = true;
      ended = List.copyOf(idle);
      idle.clear();
    }
    ended.forEach(HttpConnection::close);
  }

  /// Closes all, and all that are opened later.
  void cutAll() {
    close();
    List<HttpConnection> ended;
    synchronized (this) {
      cut = true;
      ended = List.copyOf(used);
    }
    ended.forEach(HttpConnection::close);
  }

  synchronized boolean isCut() {
    return cut;
  }
}
