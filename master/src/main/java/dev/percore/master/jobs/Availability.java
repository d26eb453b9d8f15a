package dev.percore.master.jobs;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether jobs are served, as far as their store and the life of the master go. Confined to the
/// master's event loop.
final class Availability {
  private static final Logger log = LoggerFactory.getLogger(Availability.class);

  private @Nullable String reason = "the store is being opened.";
  private Store store = Store.OPENING;

  private enum Store {
    OPENING,
    OPEN,
    /// Closed, or failed, which is for good.
    GONE
  }

  /// The store is open.
  void opened() {
    store = Store.OPEN;
    reason = null;
  }

  /// The store cannot be opened.
  void notOpened(@Nullable Throwable failure) {
    store = Store.GONE;
    reason = "the store cannot be opened; the server's log says why.";
    log.error("jobs are not served: {}", failure == null ? "" : failure.getMessage());
  }

  /// The store has failed, for good.
  void failed(Throwable lost) {
    if (store != Store.GONE) {
      store = Store.GONE;
      reason = "the store has failed; the server's log says why.";
      log.error("jobs are not served any more, since their store has failed", lost);
    }
  }

  /// No job is accepted or begun any more; those that there are can be read.
  void suspend(String why) {
    reason = why;
  }

  /// Nothing is served any more.
  void close(String why) {
    reason = why;
    store = Store.GONE;
  }

  boolean isOpening() {
    return store == Store.OPENING;
  }

  boolean isGone() {
    return store == Store.GONE;
  }

  /// Whether jobs are accepted and begun.
  boolean isFull() {
    return reason == null;
  }

  /// Refuses unless jobs can at least be read.
  void requireReadable() throws RefusedException {
    if (store != Store.OPEN) {
      requireFull();
    }
  }

  /// Refuses unless jobs are accepted and begun.
  void requireFull() throws RefusedException {
    String why = reason;
    if (why != null) {
      throw new RefusedException(JobProblem.unavailable(why, store == Store.GONE ? 0 : 1));
    }
  }
}
