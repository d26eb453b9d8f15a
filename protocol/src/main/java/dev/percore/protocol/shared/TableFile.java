package dev.percore.protocol.shared;

import dev.percore.protocol.posix.KernelRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// Makes and maps the memory of a table.
final class TableFile {
  private static final long MAGIC = 0x5065_7263_4c69_6d31L; // "PercLim1"
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int ALIGNMENT_BYTES = 64;

  private TableFile() {}

  /// Makes an empty table in a new file that only its owner may open.
  static MemorySegment create(Path file, Layout layout) throws IOException {
    return format(MappedFile.create(file, layout.bytes()), layout);
  }

  /// Maps a table that is there.
  static MemorySegment open(Path file) throws IOException {
    MemorySegment memory = MappedFile.open(file);
    if (memory.byteSize() < Layout.HEADER_BYTES
        || (long) LONG.getVolatile(memory, Layout.MAGIC) != MAGIC
        || layout(memory).bytes() != memory.byteSize()) {
      throw new IOException(file + " is no table of limits, or one of another version");
    }
    return memory;
  }

  /// Makes an empty table without a file.
  static MemorySegment inMemory(Layout layout) {
    return format(Arena.ofAuto().allocate(layout.bytes(), ALIGNMENT_BYTES), layout);
  }

  static Layout layout(MemorySegment memory) {
    return new Layout(
        (int) (long) LONG.get(memory, Layout.BUCKETS),
        (int) (long) LONG.get(memory, Layout.COLUMNS));
  }

  private static MemorySegment format(MemorySegment memory, Layout layout) {
    LONG.set(memory, Layout.CREATED, System.nanoTime());
    LONG.set(memory, Layout.HASH_KEY_0, KernelRandom.nextLong());
    LONG.set(memory, Layout.HASH_KEY_1, KernelRandom.nextLong());
    LONG.set(memory, Layout.BUCKETS, (long) layout.buckets());
    LONG.set(memory, Layout.COLUMNS, (long) layout.columns());
    LONG.setVolatile(memory, Layout.MAGIC, MAGIC);
    return memory;
  }
}
