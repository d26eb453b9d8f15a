package dev.percore.protocol.client;

import java.util.concurrent.RejectedExecutionException;

/// Counts what is under way, and says when the pool has done its last. Thread-safe.
final class Admission {
  private final Runnable atEnd;
  private int underWay;
  private boolean closed;
  private boolean ended;

  /// @param atEnd run once, when it is closed and nothing is under way; on the thread that brings
  ///     that about
  Admission(Runnable atEnd) {
    this.atEnd = atEnd;
  }

  /// Lets a call or a map in.
  ///
  /// @throws RejectedExecutionException if no more are taken
  synchronized void enter() {
    if (closed) {
      throw new RejectedExecutionException("the pool is closed");
    }
    underWay++;
  }

  /// Lets in what belongs to a map that is under way.
  synchronized void follow() {
    underWay++;
  }

  /// Something that was let in is over.
  void leave() {
    synchronized (this) {
      underWay--;
    }
    endIfQuiet();
  }

  /// Lets none in from now on.
  void close() {
    synchronized (this) {
      closed = true;
    }
    endIfQuiet();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  private void endIfQuiet() {
    synchronized (this) {
      if (!closed || underWay > 0 || ended) {
        return;
      }
      ended = true;
    }
    atEnd.run();
  }
}
