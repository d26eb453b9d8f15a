package dev.percore.worker.http.server;

import dev.percore.protocol.ControlMessage.ClientConnection;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;

/// Takes over client connections on which nothing is under way. For the event loop.
public interface Heir {
  /// Whether a connection would be taken at once: one is not to be offered before that, since
  /// what its client sends meanwhile would be read here.
  boolean isReady();

  /// Runs something once, when a connection would be taken at once, or never will be.
  void whenReady(Runnable action);

  /// Takes a connection over by a copy of its descriptor.
  ///
  /// @return is done when this returns: it succeeds when the copy is on its way, otherwise it
  ///     fails
  Future<?> take(ClientConnection connection, FileDescriptor descriptor);
}
