package dev.percore.worker.http.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/// Memory outside the heap that the sockets of one event loop share: they are served one after the
/// other, so what one has done with the next one can use. For the event loop.
public final class LoopBuffers {
  /// Capacity of a buffer to send from, before it grows.
  static final int OUT_BYTES = 16 * 1024;

  private static final int IN_BYTES = 64 * 1024;
  private static final int SPARE_MAX = 8;
  private static final int KEPT_BYTES_MAX = 128 * 1024;

  private final ByteBuf in = Unpooled.directBuffer(IN_BYTES, IN_BYTES);
  private final ArrayDeque<ByteBuf> spare = new ArrayDeque<>();
  private boolean closed;

  /// Where all sockets receive. Its content is used up before another one does.
  ByteBuf in() {
    return in;
  }

  /// An empty buffer to send from, for [ClientSocket#send] or [#give].
  public ByteBuf take() {
    ByteBuf buffer = spare.pollLast();
    return buffer == null ? Unpooled.directBuffer(OUT_BYTES) : buffer;
  }

  /// Takes a buffer back.
  public void give(ByteBuf buffer) {
    if (!closed && spare.size() < SPARE_MAX && buffer.capacity() <= KEPT_BYTES_MAX) {
      spare.addLast(buffer.clear());
    } else {
      buffer.release();
    }
  }

  /// Frees what is left, when all sockets are closed. Once more changes nothing.
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    in.release();
    spare.forEach(ByteBuf::release);
    spare.clear();
  }
}
