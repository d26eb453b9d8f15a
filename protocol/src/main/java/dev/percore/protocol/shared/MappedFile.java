package dev.percore.protocol.shared;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files that several processes map to share memory. A mapping ends when nobody refers to it any
/// more; closing it in time would take a look at who still uses it.
final class MappedFile {
  private static final int ZEROS_BYTES = 64 * 1024;

  private MappedFile() {}

  /// Maps a new file of zeros that only its owner may open.
  static MemorySegment create(Path file, long bytes) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (FileChannel channel =
        FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      fill(channel, bytes);
      return map(channel);
    }
  }

  /// Maps a file that is there.
  static MemorySegment open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return map(channel);
    }
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
}
