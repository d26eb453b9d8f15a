package dev.percore.worker.http.server;

import dev.percore.protocol.ControlMessage.ClientConnection;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;

/// Takes over client connections on which nothing is under way.
@FunctionalInterface
public interface Heir {
  /// Takes a connection over by a copy of its descriptor.
  ///
  /// @return completes on the event loop when the copy is on its way, or fails if it is not
  Future<?> take(ClientConnection connection, FileDescriptor descriptor);
}
