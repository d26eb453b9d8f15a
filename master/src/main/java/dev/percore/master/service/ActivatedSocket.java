package dev.percore.master.service;

import dev.percore.protocol.posix.InheritedSocket;
import dev.percore.protocol.posix.PosixException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A listening socket that the service manager opened and passed (sd_listen_fds(3)): it stays
/// open while the server is restarted, and connections wait in it meanwhile.
///
/// @param fd the descriptor, which is this process's to close
/// @param name what the service manager calls it (FileDescriptorName=), or `unknown`
/// @param address what it is bound to: an [InetSocketAddress] or a [UnixDomainSocketAddress]
public record ActivatedSocket(int fd, String name, SocketAddress address) {
  private static final int FIRST = 3;
  private static final int COUNT_MAX = 1024;

  /// All sockets that were passed to this process; none if they were meant for another.
  ///
  /// @throws IOException if one is no listening stream socket, or the environment makes no sense
  public static List<ActivatedSocket> all(Map<String, String> environment, long pid)
      throws IOException {
    if (!environment.getOrDefault("LISTEN_PID", "").equals(Long.toString(pid))) {
      return List.of();
    }
    int count = count(environment.getOrDefault("LISTEN_FDS", "0"));
    String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
    List<ActivatedSocket> sockets = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      String name = index < names.length && !names[index].isEmpty() ? names[index] : "unknown";
      sockets.add(adopt(FIRST + index, name));
    }
    return List.copyOf(sockets);
  }

  private static int count(String text) throws IOException {
    try {
      int count = Integer.parseInt(text);
      if (count >= 0 && count <= COUNT_MAX) {
        return count;
      }
    } catch (NumberFormatException notANumber) {
      throw new IOException("LISTEN_FDS is '" + text + "', which is no number", notANumber);
    }
    throw new IOException("LISTEN_FDS is %s, allowed: 0 to %d".formatted(text, COUNT_MAX));
  }

  private static ActivatedSocket adopt(int fd, String name) throws IOException {
    try {
      InheritedSocket socket = InheritedSocket.adopt(fd);
      return new ActivatedSocket(fd, name, socket.address());
    } catch (PosixException refused) {
      throw new IOException(
          "the service manager passed a socket (%s) that cannot be used: %s"
              .formatted(name, refused.getMessage()),
          refused);
    }
  }
}
