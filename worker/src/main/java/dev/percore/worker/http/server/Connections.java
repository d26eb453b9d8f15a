package dev.percore.worker.http.server;

import dev.percore.worker.http.observe.HttpMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// All open connections of the front. For the event loop, but for the two counts and [#drained].
final class Connections {
  /// Connections that are being told that they are too many; further ones are cut without a word.
  private static final int REFUSED_MAX = 64;

  private final int limit;
  private final HttpMetrics metrics;
  private final List<HttpConnection> all = new ArrayList<>();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong answered = new AtomicLong();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private boolean draining;
  private boolean heirIsLost;
  private boolean closed;

  /// @param limit most connections that are served at a time
  Connections(int limit, HttpMetrics metrics) {
    this.limit = limit;
    this.metrics = metrics;
  }

  /// What becomes of a new connection.
  enum Admission {
    SERVED,
    /// It is told that it is one too many, of all or of its client.
    REFUSED,
    /// It is cut; there is not even room to tell it.
    CUT
  }

  /// Takes a new connection.
  ///
  /// @param welcome whether its client may have another one
  Admission add(HttpConnection connection, boolean welcome) {
    metrics.accepted();
    int others = served.getPlain();
    if (!closed && welcome && others < limit) {
      return serve(connection);
    }
    metrics.refused();
    if (closed || all.size() - others >= REFUSED_MAX) {
      return Admission.CUT;
    }
    keep(connection);
    return Admission.REFUSED;
  }

  /// Takes a connection that another worker has served, beyond the limit too: its client has done
  /// nothing that could be refused.
  Admission takeOver(HttpConnection connection) {
    metrics.accepted();
    return closed ? Admission.CUT : serve(connection);
  }

  private Admission serve(HttpConnection connection) {
    served.setOpaque(served.getPlain() + 1);
    keep(connection);
    return Admission.SERVED;
  }

  private void keep(HttpConnection connection) {
    connection.setSlot(all.size());
    all.add(connection);
  }

  /// Forgets a connection that was added as served or refused.
  void remove(HttpConnection connection, boolean wasServed) {
    HttpConnection last = all.removeLast();
    if (!last.equals(connection)) {
      all.set(connection.slot(), last);
      last.setSlot(connection.slot());
    }
    if (wasServed) {
      served.setOpaque(served.getPlain() - 1);
    }
    completeIfDrained();
  }

  void requestBegun() {
    inFlight.setOpaque(inFlight.getPlain() + 1);
  }

  void requestEnded() {
    inFlight.setOpaque(inFlight.getPlain() - 1);
    answered.setOpaque(answered.getPlain() + 1);
  }

  /// Requests that have ended since the start. From any thread.
  long answered() {
    return answered.getOpaque();
  }

  /// Connections that are served. From any thread.
  int count() {
    return served.getOpaque();
  }

  /// Requests read and not yet answered. From any thread.
  int inFlight() {
    return inFlight.getOpaque();
  }

  boolean isDraining() {
    return draining;
  }

  /// Enforces the deadlines.
  void sweep(long nowNanos) {
    // Backwards, since a connection that is removed leaves its slot to the last one.
    for (int i = all.size() - 1; i >= 0; i--) {
      if (i < all.size()) {
        all.get(i).sweep(nowNanos);
      }
    }
  }

  void drain(long nowNanos) {
    draining = true;
    for (HttpConnection connection : List.copyOf(all)) {
      connection.drain(nowNanos);
    }
    completeIfDrained();
  }

  /// Like [#drain(long)], but connections on which nothing is under way are handed over, each
  /// when the heir is ready for it. Those that wait for that are served as before.
  void drain(long nowNanos, Heir heir) {
    draining = true;
    handOver(new ArrayDeque<>(all), nowNanos, heir);
  }

  private void handOver(Deque<HttpConnection> left, long nowNanos, Heir heir) {
    while (!left.isEmpty()) {
      if (!heir.isReady() && !heirIsLost) {
        heir.whenReady(
            () -> {
              heirIsLost = !heir.isReady();
              handOver(left, nowNanos, heir);
            });
        return;
      }
      HttpConnection connection = left.remove();
      if (heirIsLost || !connection.handOver(heir)) {
        connection.drain(nowNanos);
      }
    }
    completeIfDrained();
  }

  /// Completes when the last connection is gone after [#drain]. From any thread.
  CompletionStage<Void> drained() {
    return drained.minimalCompletionStage();
  }

  /// Cuts all connections and takes no more.
  ///
  /// @return how many requests in flight were cut
  int close() {
    closed = true;
    int cut = inFlight.getPlain();
    for (HttpConnection connection : List.copyOf(all)) {
      connection.close();
    }
    return cut;
  }

  private void completeIfDrained() {
    if (draining && all.isEmpty()) {
      drained.complete(null);
    }
  }
}
