package dev.percore.protocol.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Sends single datagrams to a Unix socket, which the JDK cannot.
public final class UnixDatagram {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int PATH_OFFSET = 2;
  private static final int PATH_BYTES_MAX = 107;

  private UnixDatagram() {}

  /// Sends a text, and never waits.
  ///
  /// @param address a path, or a name in the abstract namespace that begins with `@`
  /// @throws PosixException if nobody listens there, or its queue is full
  public static void send(String address, String text) throws PosixException {
    byte[] path = address.getBytes(StandardCharsets.UTF_8);
    if (path.length == 0 || path.length > PATH_BYTES_MAX) {
      throw new PosixException(
          "the address of a Unix socket has 1 to %d bytes, '%s' has %d"
              .formatted(PATH_BYTES_MAX, address, path.length));
    }
    boolean isAbstract = path[0] == '@';
    if (isAbstract) {
      path[0] = 0;
    }
    Libc.Result socket = Libc.SOCKET.call(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket.failed()) {
      throw new PosixException("socket", socket.errno());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(PATH_OFFSET + path.length + 1L, Short.BYTES);
      to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, to, ValueLayout.JAVA_BYTE, PATH_OFFSET, path.length);
      int toBytes = PATH_OFFSET + path.length + (isAbstract ? 0 : 1); // a path ends with a NUL
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      Libc.Result sent =
          Libc.SENDTO.call(
              (int) socket.value(),
              message,
              (long) bytes.length,
              MSG_DONTWAIT | MSG_NOSIGNAL,
              to,
              toBytes);
      if (sent.failed()) {
        throw new PosixException("sendto " + address, sent.errno());
      }
    } finally {
      Libc.CLOSE.call((int) socket.value());
    }
  }
}
