package dev.percore.master.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A job in the book: what is stored of it, and what only matters while this master lives. Confined
/// to the master's event loop.
final class Entry {
  private static final int PURGE_AT_LEAST = 16;

  private final CompletableFuture<Void> stored = new CompletableFuture<>();
  private Job job;
  private @Nullable Run run;
  private boolean ending;
  private boolean cancelling;
  private boolean forgotten;
  private double progress;
  private long version = 1;
  private int purgeAt = PURGE_AT_LEAST;
  private List<CompletableFuture<Void>> watchers = new ArrayList<>();

  /// The job at a worker.
  ///
  /// @param number no other run has it while this master lives
  /// @param pid of the worker's process
  /// @param givenNanos when it was given to it
  record Run(long number, long pid, long givenNanos) {}

  Entry(Job job) {
    this.job = job;
  }

  Job job() {
    return job;
  }

  /// Sets what is known and tells who waits for news.
  void become(Job next) {
    job = next;
    news();
  }

  /// Completes when the job would survive a crash.
  CompletableFuture<Void> stored() {
    return stored;
  }

  /// Where it is, or null while it waits in the queue or has ended.
  @Nullable Run run() {
    return run;
  }

  void at(@Nullable Run where) {
    run = where;
  }

  /// Whether its end is on its way into the store: nothing can change it any more.
  boolean isEnding() {
    return ending;
  }

  void end() {
    ending = true;
    run = null;
  }

  /// Whether it is in the book no more.
  boolean isForgotten() {
    return forgotten;
  }

  void forget() {
    forgotten = true;
  }

  /// Whether somebody has cancelled it.
  boolean isCancelling() {
    return cancelling;
  }

  void cancel() {
    cancelling = true;
  }

  /// 0 to 1.
  double progress() {
    return progress;
  }

  void progress(double fraction) {
    progress = fraction;
    news();
  }

  /// Grows with each piece of news.
  long version() {
    return version;
  }

  /// Completes with the next piece of news.
  CompletableFuture<Void> next() {
    if (watchers.size() >= purgeAt) {
      watchers.removeIf(CompletableFuture::isDone); // those that have given up
      purgeAt = Math.max(PURGE_AT_LEAST, 2 * watchers.size());
    }
    var next = new CompletableFuture<Void>();
    watchers.add(next);
    return next;
  }

  private void news() {
    version++;
    List<CompletableFuture<Void>> told = watchers;
    watchers = new ArrayList<>();
    told.forEach(watcher -> watcher.complete(null));
  }
}
