package dev.percore.worker.http.socket;

import io.netty.buffer.ByteBuf;

/// What happens to a [ClientSocket], told on the event loop.
public interface SocketEvents {
  /// The connection is there. The socket may be used from here on.
  void opened();

  /// Bytes came in.
  ///
  /// @param data valid until this returns
  void received(ByteBuf data);

  /// There is nothing more to receive for now.
  void receivedAll();

  /// The client has taken so much that there is room again, see [ClientSocket#isWritable].
  void writable();

  /// The client sends no more, but may still be there to receive.
  void inputEnded();

  /// The connection is broken, or whoever was told something of it threw; [#closed] follows.
  void broke(Throwable cause);

  /// The connection is closed, by whomever. The last that is told.
  void closed();
}
