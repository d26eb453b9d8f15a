package dev.percore.protocol.blackbox;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Where things lie in a black box: a head, cells for the requests in flight, and a ring of bytes
/// for the last log lines. Both sides run on the same machine, so numbers are in its byte order.
final class Layout {
  static final long MAGIC = 0x5045_5243_4f52_4501L;

  // The head.
  static final int MAGIC_AT = 0;
  static final int BASE_MILLIS_AT = 8;
  static final int BASE_NANOS_AT = 16;

  /// Requests in flight that found no free cell.
  static final int UNRECORDED_AT = 24;

  /// Bytes that were ever to be written to the ring, set before they are.
  static final int LOG_RESERVED_AT = 32;

  /// Bytes that were ever written to the ring, set after they have been.
  static final int LOG_WRITTEN_AT = 40;

  /// The word by which the end of the worker's event loop is learnt of.
  static final int DEATH_NOTICE_AT = 48;

  static final int HEAD_BYTES = 64;

  // A cell.
  static final int STAGE_AT = 0;
  static final int METHOD_LENGTH_AT = 4;
  static final int TARGET_LENGTH_AT = 6;
  static final int START_NANOS_AT = 8;
  static final int TEXT_AT = 16;

  static final int FREE = 0;
  static final int METHOD_MAX = 16;
  static final int TARGET_MAX = 224;
  static final int CELL_BYTES = TEXT_AT + METHOD_MAX + TARGET_MAX;
  static final int CELLS = 512;

  static final int RING_AT = HEAD_BYTES + CELLS * CELL_BYTES;
  static final int RING_BYTES = 64 << 10;

  static final int BYTES = RING_AT + RING_BYTES;

  static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
  static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private Layout() {}

  static int cellAt(int cell) {
    return HEAD_BYTES + cell * CELL_BYTES;
  }
}
