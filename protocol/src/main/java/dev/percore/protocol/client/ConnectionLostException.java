package dev.percore.protocol.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/// There was no answer, or not all of it: the connection broke, as when the worker was killed; or
/// the server cannot be reached, or did not speak HTTP; or the pool was terminated. Whether the
/// function has run is not known.
public final class ConnectionLostException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  ConnectionLostException(IOException cause) {
    super("no answer: " + cause.getMessage(), cause);
  }

  /// The same with the stack of whoever waited for it.
  ConnectionLostException again() {
    return new ConnectionLostException(Objects.requireNonNull(getCause()));
  }
}
