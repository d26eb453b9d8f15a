package dev.percore.master;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.service.ActivatedSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.stream.Collectors;

/// Finds the configured address of a socket that the service manager has opened.
final class Activation {
  private Activation() {}

  /// The socket, for all slots of its address.
  ///
  /// @throws IOException if its address is not configured
  static ListenSockets.Adopted adopted(ActivatedSocket socket, ServerConfig.Listen listen)
      throws IOException {
    for (ListenAddress address : listen.addresses()) {
      if (isAt(address, socket.address())) {
        return new ListenSockets.Adopted(address.name(), ListenSockets.ALL_SLOTS, socket.fd());
      }
    }
    throw new IOException(
        "the service manager passed a socket (%s) on %s, allowed: %s"
            .formatted(
                socket.name(),
                socket.address(),
                listen.addresses().stream()
                    .map(ListenAddress::name)
                    .collect(Collectors.joining(", "))));
  }

  private static boolean isAt(ListenAddress address, SocketAddress bound) {
    return switch (address) {
      case ListenAddress.Tcp tcp ->
          bound instanceof InetSocketAddress inet
              && (tcp.port() == 0 || inet.getPort() == tcp.port())
              && inet.getAddress().equals(tcp.host());
      case ListenAddress.Unix unix ->
          bound instanceof UnixDomainSocketAddress domain && domain.getPath().equals(unix.path());
    };
  }
}
