package dev.percore.protocol.shared;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/// Words and short names in memory that several processes map. Each access to a word is atomic and
/// in order. Thread-safe.
record SharedWords(MemorySegment memory) {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  long get(long offset) {
    return (long) LONG.getVolatile(memory, offset);
  }

  void set(long offset, long value) {
    LONG.setVolatile(memory, offset, value);
  }

  /// Makes what was written before visible with it, and does not wait for that.
  void setRelease(long offset, long value) {
    LONG.setRelease(memory, offset, value);
  }

  /// Adds one.
  ///
  /// @return the value before
  long increment(long offset) {
    return (long) LONG.getAndAdd(memory, offset, 1L);
  }

  /// Writes a name: its length, and its characters behind it, which are ASCII.
  void name(long offset, String name, int lengthMaximum) {
    int length = Math.min(name.length(), lengthMaximum);
    for (int i = 0; i < length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, offset + Long.BYTES + i, (byte) name.charAt(i));
    }
    setRelease(offset, length);
  }

  /// Reads a name. Whatever is there, this gives some text.
  String name(long offset, int lengthMaximum) {
    byte[] characters = new byte[Math.clamp(get(offset), 0, lengthMaximum)];
    for (int i = 0; i < characters.length; i++) {
      byte c = memory.get(ValueLayout.JAVA_BYTE, offset + Long.BYTES + i);
      characters[i] = c > ' ' && c < 0x7f ? c : (byte) '?';
    }
    return new String(characters, StandardCharsets.US_ASCII);
  }
}
