package dev.percore.protocol.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Results of many calls, one after the other. Only so many calls are under way at a time, and the
/// next is sent when a result is taken: who does not take, stops the computing.
///
/// [#next] throws what its call has failed with, and can be called again for those after it.
/// For one thread.
public final class Results implements Iterator<Result>, AutoCloseable {
  private final Iterator<CompletableFuture<Result>> calls;
  private final int window;
  private final boolean ordered;
  private final Queue<CompletableFuture<Result>> inOrder = new ArrayDeque<>();
  private final BlockingQueue<CompletableFuture<Result>> done = new LinkedBlockingQueue<>();
  private final Queue<CompletableFuture<Result>> underWay = new ArrayDeque<>();
  private int owed;

  Results(Iterator<CompletableFuture<Result>> calls, int window, boolean ordered) {
    this.calls = calls;
    this.window = window;
    this.ordered = ordered;
    fill();
  }

  private void fill() {
    while (owed < window && calls.hasNext()) {
      CompletableFuture<Result> call = calls.next();
      owed++;
      underWay.add(call);
      if (ordered) {
        inOrder.add(call);
      } else {
        var _ = call.whenComplete((_, _) -> done.add(call));
      }
    }
  }

  @Override
  public boolean hasNext() {
    return owed > 0;
  }

  @Override
  public Result next() {
    if (owed == 0) {
      throw new NoSuchElementException();
    }
    CompletableFuture<Result> call = ordered ? inOrder.remove() : takeDone();
    try {
      return ProcessPool.await(call);
    } finally {
      underWay.removeIf(CompletableFuture::isDone);
      owed--;
      fill();
    }
  }

  private CompletableFuture<Result> takeDone() {
    try {
      return done.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CompletionException(interrupted);
    }
  }

  /// The same as a stream, which ends with the first call that fails. Closing it closes this.
  public Stream<Result> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /// Cancels the calls whose results have not been taken, and sends no more.
  @Override
  public void close() {
    owed = 0;
    inOrder.clear();
    underWay.forEach(call -> call.cancel(true));
    underWay.clear();
  }
}
