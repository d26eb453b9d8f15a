package dev.percore.master.jobs;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.JobAsk;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The jobs of a server: the store, the book and the desk. Confined to the master's event loop.
public final class Jobs {
  private final JobStore store;
  private final JobBook book;
  private final JobDesk desk;
  private final Executor offLoop;
  private boolean leaving;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /// @param offLoop where it may block until the store is closed
  public Jobs(JobStore store, JobBook book, JobDesk desk, Executor offLoop) {
    this.store = store;
    this.book = book;
    this.desk = desk;
    this.offLoop = offLoop;
  }

  /// Opens the store and takes up work.
  public void open() {
    var _ = book.open();
  }

  /// What workers tell of the jobs that they have.
  public JobBook book() {
    return book;
  }

  /// A worker asks on behalf of a client.
  public void asked(JobAsk ask, Consumer<JobAnswer> out) {
    desk.asked(ask, out);
  }

  /// Uses other limits from now on.
  public void use(ServerConfig.Jobs settings) {
    book.use(settings);
  }

  /// Time has passed.
  public void tick() {
    book.tick();
    closeIfIdle();
  }

  /// Another master takes over: no job is accepted or given to a worker any more, and the store is
  /// closed as soon as no worker has one.
  public void leave() {
    leaving = true;
    book.suspend("another master takes over.");
    closeIfIdle();
  }

  private void closeIfIdle() {
    if (leaving && book.isIdle()) {
      close();
    }
  }

  /// Lets go of the store.
  ///
  /// @return completes when another master can open it
  public CompletableFuture<Void> close() {
    leaving = false;
    book.suspend("the server stops.");
    if (!closed.isDone()) {
      offLoop.execute(
          () -> {
            store.close();
            closed.complete(null);
          });
    }
    return closed;
  }
}
