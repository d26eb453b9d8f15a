package dev.percore.worker.calc.map;

import dev.percore.worker.calc.ProblemException;
import org.jspecify.annotations.Nullable;

/// The elements of a request's body, one after the other and no sooner than they are asked for, so
/// that a long body keeps no thread from its other work. For one thread at a time.
interface Elements {

  /// The JSON text of the next element, which need not be valid; null after the last one.
  ///
  /// @throws ProblemException if nobody can tell where the next element is; there are no more then
  byte @Nullable [] next() throws ProblemException;
}
