package dev.percore.worker.http.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/// Memory outside the heap that the sockets of one event loop share: they are served one after the
/// other, so what one has done with the next one can use. For the event loop.
public final class LoopBuffers {
  /// Capacity of a buffer to send from, before it grows.
  private static final int OUT_BYTES = 16 * 1024;

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
  ByteBuf take() {
    ByteBuf buffer = spare.pollLast();
    return buffer == null ? Unpooled.directBuffer(OUT_BYTES) : buffer;
  }

  /// What is left in a buffer that its client does not take yet, in no more memory than it needs:
  /// of clients that take nothing there may be many.
  ByteBuf keep(ByteBuf buffer) {
    if (buffer.readableBytes() > buffer.capacity() / 2) {
      return buffer;
    }
    ByteBuf rest = Unpooled.directBuffer(buffer.readableBytes()).writeBytes(buffer);
    give(buffer);
    return rest;
  }

  /// Takes a buffer back.
  void give(ByteBuf buffer) {
    int capacity = buffer.capacity();
    if (!closed
        && spare.size() < SPARE_MAX
        && capacity >= OUT_BYTES
        && capacity <= KEPT_BYTES_MAX) {
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
