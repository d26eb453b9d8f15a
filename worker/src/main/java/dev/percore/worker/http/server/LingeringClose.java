package dev.percore.worker.http.server;

import dev.percore.worker.http.socket.ClientSocket;
import java.time.Duration;

/// The end of a connection on which the client may still be sending. Closing it right away
/// would make the kernel answer those bytes with a reset, and a reset can destroy the last
/// answer before the client has read it. So only the outgoing side is shut; what comes in is
/// dropped until the client ends its side too, or for a while. For the event loop.
final class LingeringClose {
  private static final long NANOS_MAX = Duration.ofSeconds(5).toNanos();
  private static final long HURRIED_NANOS_MAX = Duration.ofMillis(250).toNanos();
  private static final long BYTES_MAX = 16L * 1024 * 1024;

  private final ClientSocket socket;
  private final Deadline deadline;
  private long dropped;

  LingeringClose(ClientSocket socket, Deadline deadline) {
    this.socket = socket;
    this.deadline = deadline;
  }

  /// Everything is sent: shuts the outgoing side.
  ///
  /// @param hurried whether the server drains, and should not wait long for what is nobody's loss
  void begin(boolean hurried) {
    deadline.set(System.nanoTime(), hurried ? HURRIED_NANOS_MAX : NANOS_MAX);
    if (!socket.shutdownOutput()) {
      close();
    }
  }

  /// The server drains.
  void hurry(long nowNanos) {
    if (deadline.isSet()) {
      deadline.shorten(nowNanos, HURRIED_NANOS_MAX);
    }
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
    if (socket.isOutputShut()) {
      close();
    }
  }

  private void close() {
    socket.close();
  }
}
