package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Two Unix stream sockets that are connected to each other and have no name (socketpair(2)).
/// Both do not block and are closed at exec.
///
/// @param one a descriptor, the caller's to close
/// @param other the same
public record SocketPair(int one, int other) {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;

  /// Creates a pair.
  ///
  /// @throws PosixException if the kernel refuses
  public static SocketPair open() throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      Libc.Result result =
          Libc.SOCKETPAIR.call(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair);
      if (result.failed()) {
        throw new PosixException("socketpair", result.errno());
      }
      return new SocketPair(
          pair.getAtIndex(ValueLayout.JAVA_INT, 0), pair.getAtIndex(ValueLayout.JAVA_INT, 1));
    }
  }
}
