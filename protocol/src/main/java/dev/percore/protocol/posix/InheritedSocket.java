package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/// A listening socket that somebody else opened and that this process got with its start.
///
/// @param fd the descriptor, which programs that this process starts do not inherit
/// @param address what it is bound to: an [InetSocketAddress] or a [UnixDomainSocketAddress]
public record InheritedSocket(int fd, SocketAddress address) {
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SOCK_STREAM = 1;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int ADDRESS_BYTES = 128;
  private static final int PATH_OFFSET = 2;

  /// Looks at the descriptor and takes it over.
  ///
  /// @throws PosixException if it is no stream socket that listens on TCP or at a path
  public static InheritedSocket adopt(int fd) throws PosixException {
    if (option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN) == 0) {
      throw new PosixException("descriptor " + fd + " is no stream socket that listens");
    }
    SocketAddress address = address(fd);
    check(Libc.FCNTL.call(fd, F_SETFD, FD_CLOEXEC), "fcntl of descriptor " + fd);
    return new InheritedSocket(fd, address);
  }

  private static int option(int fd, int name) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      check(
          Libc.GETSOCKOPT.call(fd, SOL_SOCKET, name, value, length),
          "getsockopt of descriptor " + fd);
      return value.get(ValueLayout.JAVA_INT, 0);
    }
  }

  private static SocketAddress address(int fd) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(ADDRESS_BYTES, Long.BYTES);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_BYTES);
      check(Libc.GETSOCKNAME.call(fd, name, length), "getsockname of descriptor " + fd);
      byte[] bytes =
          name.asSlice(0, Math.min(ADDRESS_BYTES, length.get(ValueLayout.JAVA_INT, 0)))
              .toArray(ValueLayout.JAVA_BYTE);
      int family = name.get(ValueLayout.JAVA_SHORT, 0);
      return switch (family) {
        case AF_INET -> inet(bytes, 4, 4);
        case AF_INET6 -> inet(bytes, 8, 16);
        case AF_UNIX -> unix(fd, bytes);
        default -> throw elsewhere(fd);
      };
    }
  }

  // The port comes first, in network order, in both families.
  private static InetSocketAddress inet(byte[] bytes, int offset, int length)
      throws PosixException {
    int port = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    byte[] host = new byte[length];
    System.arraycopy(bytes, offset, host, 0, length);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), port);
    } catch (UnknownHostException impossible) {
      throw new PosixException("an address of " + length + " bytes");
    }
  }

  // A name in the abstract namespace begins with a NUL.
  private static UnixDomainSocketAddress unix(int fd, byte[] bytes) throws PosixException {
    if (bytes.length <= PATH_OFFSET || bytes[PATH_OFFSET] == 0) {
      throw elsewhere(fd);
    }
    int end = PATH_OFFSET;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return UnixDomainSocketAddress.of(
        new String(bytes, PATH_OFFSET, end - PATH_OFFSET, StandardCharsets.UTF_8));
  }

  private static PosixException elsewhere(int fd) {
    return new PosixException("descriptor " + fd + " listens neither on TCP nor at a path");
  }

  private static void check(Libc.Result result, String call) throws PosixException {
    if (result.failed()) {
      throw new PosixException(call, result.errno());
    }
  }
}
