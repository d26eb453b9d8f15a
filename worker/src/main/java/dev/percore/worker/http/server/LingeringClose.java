package dev.percore.worker.http.server;

import io.netty.channel.socket.SocketChannel;
import java.time.Duration;

/// The end of a connection on which the client may still be sending. Closing it right away would
/// make the kernel answer those bytes with a reset, and a reset can destroy the last answer before
/// the client has read it. So only the outgoing side is shut; what comes in is dropped until the
/// client ends its side too, or for a while. For the event loop.
final class LingeringClose {
  private static final long NANOS_MAX = Duration.ofSeconds(5).toNanos();
  private static final long BYTES_MAX = 16L * 1024 * 1024;

  private final SocketChannel channel;
  private final Deadline deadline;
  private long dropped;

  LingeringClose(SocketChannel channel, Deadline deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  /// Everything is sent: shuts the outgoing side.
  void begin() {
    deadline.set(System.nanoTime(), NANOS_MAX);
    channel
        .shutdownOutput()
        .addListener(
            shut -> {
              if (!shut.isSuccess()) {
                close();
              }
            });
  }

  /// Bytes came in that nobody wants.
  void drop(int bytes) {
    dropped += bytes;
    if (dropped > BYTES_MAX) {
      close();
    }
  }

  /// The client has ended its side.
  void inputEnded() {
    if (channel.isOutputShutdown()) {
      close();
    }
  }

  private void close() {
    var _ = channel.close();
  }
}
