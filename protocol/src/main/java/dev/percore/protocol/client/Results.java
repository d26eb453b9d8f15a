package dev.percore.protocol.client;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The results of a map, one after the other. The input is read, and computed, only so far ahead
/// of the results that are taken: whoever stops taking stops the computing.
///
/// An element that fails makes [#next] throw, and the next call goes on with the next element.
///
/// Close it if you do not take all results; a map that is neither closed nor taken to its end keeps
/// the pool from ending. For one thread.
public final class Results implements Iterator<Result>, AutoCloseable {
  private final Feeder feeder;
  private final boolean ordered;

  /// What came before those that it is to follow.
  private final Map<Long, MapEvent.Outcome> early = new HashMap<>();

  private long total = Long.MAX_VALUE;
  private long count;
  private MapEvent.@Nullable Outcome next;

  Results(Feeder feeder, boolean ordered) {
    this.feeder = feeder;
    this.ordered = ordered;
  }

  /// Waits until there is another outcome, or the input has ended.
  ///
  /// @throws CompletionException if the thread is interrupted, which stays so
  @Override
  public boolean hasNext() {
    while (next == null && count < total) {
      next = ordered ? early.remove(count) : null;
      if (next == null) {
        accept(event());
      }
      if (next != null) {
        count++;
        feeder.taken();
      }
    }
    return next != null;
  }

  private void accept(MapEvent event) {
    switch (event) {
      case MapEvent.InputEnded(long outcomes) -> total = outcomes;
      case MapEvent.Outcome outcome -> {
        if (ordered) {
          early.put(outcome.index(), outcome);
        } else {
          next = outcome;
        }
      }
    }
  }

  private MapEvent event() {
    try {
      return feeder.events().take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CompletionException(interrupted);
    }
  }

  /// Waits for the next result.
  ///
  /// @throws RemoteException if the server has a problem with this element
  /// @throws ConnectionLostException if there was no answer about it
  /// @throws CompletionException if the thread is interrupted, which stays so; or if the input has
  ///     thrown, or has an element that cannot be written as JSON: with that as the cause, and in
  ///     the place of all elements that would follow
  /// @throws NoSuchElementException if there is none
  @Override
  public Result next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    MapEvent.Outcome outcome = next;
    next = null;
    if (outcome == null || outcome.result() == null) {
      throw Failures.here(outcome == null ? null : outcome.failure());
    }
    return outcome.result();
  }

  /// The same as a sequential stream, which ends with the first element that fails, by throwing
  /// what [#next] throws. Closing it closes this.
  public Stream<Result> stream() {
    int characteristics = Spliterator.NONNULL | (ordered ? Spliterator.ORDERED : 0);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, characteristics), false)
        .onClose(this::close);
  }

  /// Reads no more of the input, gives up the elements that are under way, and has no next result.
  /// May be repeated.
  @Override
  public void close() {
    next = null;
    total = count;
    early.clear();
    feeder.stop();
  }
}
