package dev.percore.worker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// When a worker has to end: asked for by the master or by a signal, perhaps several times, of
/// which the earliest deadline counts. Thread-safe.
final class Drain {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean requested;
  private boolean finished;
  private boolean handOver;
  private long deadlineNanos;

  /// Asks for the end within a time from now.
  ///
  /// @param successor whether another worker is there to take over idle connections; what the
  ///     first request says holds
  void request(Duration time, boolean successor) {
    lock.lock();
    try {
      long deadline = System.nanoTime() + time.toNanos();
      if (!requested || deadline - deadlineNanos < 0) {
        deadlineNanos = deadline;
      }
      handOver = requested ? handOver : successor;
      requested = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether idle connections are handed over to another worker.
  boolean isHandOver() {
    lock.lock();
    try {
      return handOver;
    } finally {
      lock.unlock();
    }
  }

  /// Says that nothing is left to wait for.
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the first request.
  void awaitRequest() throws InterruptedException {
    lock.lock();
    try {
      while (!requested) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the first request, but not for ever.
  ///
  /// @return whether there was one
  boolean awaitRequest(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!requested && left > 0) {
        left = changed.awaitNanos(left);
      }
      return requested;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until all is finished or the deadline, which may still be brought forward meanwhile.
  ///
  /// @return whether all is finished
  boolean awaitFinish() throws InterruptedException {
    lock.lock();
    try {
      while (!finished) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        var _ = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
