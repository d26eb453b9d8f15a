package dev.percore.master.jobs;

import dev.percore.master.webhook.SocketTransport;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.JobAsk;
import dev.percore.protocol.ControlMessage.JobEnded;
import dev.percore.protocol.ControlMessage.JobNews;
import dev.percore.protocol.ControlMessage.JobProgress;
import dev.percore.protocol.ControlMessage.JobReturned;
import dev.percore.protocol.ControlMessage.JobStarted;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// The jobs of a server: the store, the book and the desk. Confined to the master's event loop.
public final class Jobs {
  /// Part of the heap that the book may take: a third.
  private static final int BOOKS_SHARE = 3;

  private final JobStore store;
  private final JobBook book;
  private final JobDesk desk;
  private final Executor offLoop;
  private final Set<Long> linked = new HashSet<>();
  private final Map<Long, Boolean> exited = new HashMap<>();
  private boolean leaving;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private Jobs(JobStore store, JobBook book, JobDesk desk, Executor offLoop) {
    this.store = store;
    this.book = book;
    this.desk = desk;
    this.offLoop = offLoop;
  }

  /// Puts the parts together; nothing is opened yet.
  ///
  /// @param commitNanos told on the store's thread how long each commit has taken
  /// @param offLoop where it may block until the store is closed
  public static Jobs of(
      JobSettings settings,
      Crew crew,
      JobFigures figures,
      LongConsumer commitNanos,
      EventLoop loop,
      Executor offLoop) {
    var store = new MvJobStore(settings.jobs().dir(), commitNanos);
    var book =
        new JobBook(
            store,
            crew,
            loop,
            settings,
            SocketTransport.ofSystem(),
            figures,
            InstantSource.system(),
            System::nanoTime,
            Runtime.getRuntime().maxMemory() / BOOKS_SHARE);
    return new Jobs(store, book, new JobDesk(book, loop), offLoop);
  }

  /// Opens the store and takes up work.
  public void open() {
    var _ = book.open();
  }

  /// All jobs.
  public JobBook book() {
    return book;
  }

  /// A worker tells of a job that it has.
  public void told(JobNews news, long pid) {
    switch (news) {
      case JobStarted(long run) -> book.started(run, pid);
      case JobProgress(long run, double fraction) -> book.progressed(run, pid, fraction);
      case JobEnded(long run, int status, String contentType, byte[] body) ->
          book.ended(run, pid, status, contentType, body);
      case JobReturned(long run) -> book.returned(run, pid);
    }
  }

  /// A worker has connected.
  public void attached(long pid) {
    linked.add(pid);
  }

  /// The connection of a worker is closed: nothing will be heard of it any more.
  ///
  /// @param died whether it was not told to end
  public void detached(long pid, boolean died) {
    linked.remove(pid);
    Boolean known = exited.remove(pid);
    book.lost(pid, known == null ? died : known);
  }

  /// A worker's process has ended. What it has said last may still be on its way, and counts: it
  /// tells which job it was running.
  ///
  /// @param died whether it was not told to end
  public void exited(long pid, boolean died) {
    if (linked.contains(pid)) {
      exited.put(pid, died);
    } else {
      book.lost(pid, died);
    }
  }

  /// A worker asks on behalf of a client.
  public void asked(JobAsk ask, Consumer<JobAnswer> out) {
    desk.asked(ask, out);
  }

  /// Uses other limits from now on.
  public void use(JobSettings settings) {
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
    book.close();
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
