package dev.percore.worker.calc.map;

import dev.percore.worker.api.Problem;
import dev.percore.worker.calc.ProblemException;
import org.jspecify.annotations.Nullable;

/// The elements of a request's body, one after the other and no sooner than they are asked for, so
/// that a long body keeps no thread from its other work. For one thread at a time.
interface Elements {

  /// The JSON text of the next element, which need not be valid; null after the last one, or when
  /// none is there yet ([#isOver]).
  ///
  /// @throws ProblemException if nobody can tell where the next element is, or there should have
  ///     been one; there are no more then
  byte @Nullable [] next() throws ProblemException;

  /// Whether there are no more, to be asked when there was no next one.
  boolean isOver();

  /// Runs the action once when it is worth while to ask for the next one again. It runs on the
  /// event loop.
  void onMore(Runnable action);

  /// Elements of so many bytes are not needed any more.
  void release(long bytes);

  /// Has those that have not arrived yet given up: [#next] tells why.
  void giveUp(Problem why);
}
