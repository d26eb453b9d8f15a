package dev.percore.protocol.client;

import org.jspecify.annotations.Nullable;

/// What whoever takes the results of a map is told.
sealed interface MapEvent {

  /// The outcome of an element.
  ///
  /// @param index of the element in the input, from 0
  /// @param result null if there is none
  /// @param failure why; null if there is a result
  record Outcome(long index, @Nullable Result result, @Nullable Throwable failure)
      implements MapEvent {}

  /// There are so many outcomes, and no more.
  record InputEnded(long outcomes) implements MapEvent {}
}
