package dev.percore.protocol.shared;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// SipHash-2-4 (Aumasson, Bernstein): a short hash that nobody can steer without its key.
record SipHash(long k0, long k1) {
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  long of(byte[] octets) {
    State state = begin();
    int whole = octets.length & ~7;
    for (int i = 0; i < whole; i += 8) {
      state.take((long) LITTLE_ENDIAN.get(octets, i));
    }
    long last = (long) octets.length << 56;
    for (int i = whole; i < octets.length; i++) {
      last |= (octets[i] & 0xffL) << (8 * (i - whole));
    }
    state.take(last);
    return state.finish();
  }

  /// A hash that is fed word by word.
  State begin() {
    return new State(k0, k1);
  }

  /// A hash on its way. Not thread-safe.
  static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    void take(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long finish() {
      v2 ^= 0xff;
      round();
      round();
      round();
      round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
