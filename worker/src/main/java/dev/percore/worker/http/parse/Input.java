package dev.percore.worker.http.parse;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/// Bytes that a connection has received and the parser has not yet consumed, in one array. Holds
/// memory only while it is not empty, so that idle connections cost none. For one thread.
public final class Input {
  private static final byte[] NONE = new byte[0];

  private final Pool pool;
  byte[] bytes = NONE;
  int start;
  int end;

  public Input(Pool pool) {
    this.pool = pool;
  }

  /// Takes over all readable bytes of the buffer.
  ///
  /// @throws RequestRejectedException if there is no memory for them; nothing has changed then
  public void append(ByteBuf buffer) throws RequestRejectedException {
    int more = buffer.readableBytes();
    makeRoom(more);
    buffer.readBytes(bytes, end, more);
    end += more;
  }

  /// How many bytes wait.
  public int size() {
    return end - start;
  }

  public boolean isEmpty() {
    return start == end;
  }

  /// Drops all bytes.
  public void clear() {
    start = end;
    releaseIfEmpty();
  }

  /// Gives the memory back when there is nothing in it.
  public void releaseIfEmpty() {
    if (start == end) {
      pool.give(bytes);
      bytes = NONE;
      start = 0;
      end = 0;
    }
  }

  private void makeRoom(int more) throws RequestRejectedException {
    if (bytes.length - end >= more) {
      return;
    }
    int size = end - start;
    byte[] former = bytes;
    if (former.length - size < more) {
      bytes = pool.take(Math.max(size + more, 2 * size));
    }
    System.arraycopy(former, start, bytes, 0, size);
    start = 0;
    end = size;
    if (former.length < bytes.length) {
      pool.give(former);
    }
  }

  /// Spare arrays for the inputs of one event loop. For one thread.
  public static final class Pool {
    private static final int ARRAY_BYTES = 16 * 1024;
    private static final int SPARE_MAX = 64;

    private final MemoryBudget budget;
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();

    /// @param budget for arrays that are in use
    public Pool(MemoryBudget budget) {
      this.budget = budget;
    }

    private byte[] take(int size) throws RequestRejectedException {
      budget.take(Math.max(size, ARRAY_BYTES));
      if (size > ARRAY_BYTES) {
        return new byte[size];
      }
      byte[] array = spare.pollLast();
      return array == null ? new byte[ARRAY_BYTES] : array;
    }

    private void give(byte[] array) {
      budget.give(array.length);
      if (array.length == ARRAY_BYTES && spare.size() < SPARE_MAX) {
        spare.addLast(array);
      }
    }
  }
}
