package dev.percore.protocol.shared;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/// Makes and maps the memory of a table. It is unmapped when nobody refers to it any more;
/// closing it in time would take a look at who still uses it.
final class TableFile {
  private static final long MAGIC = 0x5065_7263_4c69_6d31L; // "PercLim1"
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int ALIGNMENT_BYTES = 64;
  private static final int ZEROS_BYTES = 64 * 1024;

  private TableFile() {}

  /// Makes an empty table in a new file that only its owner may open.
  static MemorySegment create(Path file, Layout layout) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (FileChannel channel =
        FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      fill(channel, layout.bytes());
      return format(map(channel), layout);
    }
  }

  /// Maps a table that is there.
  static MemorySegment open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment memory = map(channel);
      if (memory.byteSize() < Layout.HEADER_BYTES
          || (long) LONG.getVolatile(memory, Layout.MAGIC) != MAGIC
          || layout(memory).bytes() != memory.byteSize()) {
        throw new IOException(file + " is no table of limits, or one of another version");
      }
      return memory;
    }
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

  // A file with holes could run out of space at any later write, which would kill the process.
  private static void fill(FileChannel channel, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
    long written = 0;
    while (written < bytes) {
      zeros.clear().limit((int) Math.min(ZEROS_BYTES, bytes - written));
      written += channel.write(zeros, written);
    }
  }

  private static MemorySegment map(FileChannel channel) throws IOException {
    return channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), Arena.ofAuto());
  }

  private static MemorySegment format(MemorySegment memory, Layout layout) {
    var random = new SecureRandom();
    LONG.set(memory, Layout.CREATED, System.nanoTime());
    LONG.set(memory, Layout.HASH_KEY_0, random.nextLong());
    LONG.set(memory, Layout.HASH_KEY_1, random.nextLong());
    LONG.set(memory, Layout.BUCKETS, (long) layout.buckets());
    LONG.set(memory, Layout.COLUMNS, (long) layout.columns());
    LONG.setVolatile(memory, Layout.MAGIC, MAGIC);
    return memory;
  }
}
