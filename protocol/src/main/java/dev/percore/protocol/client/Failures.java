package dev.percore.protocol.client;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Makes what has failed elsewhere fail here.
final class Failures {
  private Failures() {}

  /// What to throw for a failure on another thread: with this thread's stack, and of the type that
  /// callers are promised, or else in a [CompletionException].
  static RuntimeException here(@Nullable Throwable failure) {
    if (failure instanceof RemoteException problem) {
      return new RemoteException(problem);
    }
    if (failure instanceof ConnectionLostException lost) {
      return lost.again();
    }
    return new CompletionException(failure);
  }
}
