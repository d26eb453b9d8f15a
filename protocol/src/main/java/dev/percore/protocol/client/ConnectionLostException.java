package dev.percore.protocol.client;

import java.io.IOException;
import java.io.UncheckedIOException;

/// The connection broke before the answer was there, as when the worker was killed; or the server
/// cannot be reached, or did not speak HTTP. Whether the function has run is not known.
public final class ConnectionLostException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  ConnectionLostException(IOException cause) {
    super("no answer: " + cause.getMessage(), cause);
  }
}
