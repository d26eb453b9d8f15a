package dev.percore.protocol.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// A file that lies in memory and has no name in any folder (memfd_create(2)). It can be given to
/// a child process as its standard input, which the child may then map to write into it. What is
/// in it outlives the child, however that one ends; it is gone when the last who has it open has
/// closed it or died.
///
/// In contrast to a mapped file on a disk, a store into it never waits for that disk.
public final class MemoryFile implements AutoCloseable {
  private static final int CLOSE_ON_EXEC = 1;

  private final int fd;

  private MemoryFile(int fd) {
    this.fd = fd;
  }

  /// Creates one, empty.
  ///
  /// @param name for the eyes of whoever looks into /proc
  /// @throws PosixException if the kernel refuses
  public static MemoryFile create(String name) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.Result result = Libc.MEMFD_CREATE.call(arena.allocateFrom(name), CLOSE_ON_EXEC);
      if (result.failed()) {
        throw new PosixException("memfd_create", result.errno());
      }
      return new MemoryFile((int) result.value());
    }
  }

  /// A path under which this process can open it, for as long as this object is not closed.
  public Path path() {
    return Path.of("/proc/self/fd/" + fd);
  }

  @Override
  public void close() throws IOException {
    Libc.Result result = Libc.CLOSE.call(fd);
    if (result.failed()) {
      throw new PosixException("close of a memory file", result.errno());
    }
  }
}
