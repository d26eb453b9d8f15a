package dev.percore.master.listen;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of one address. For one thread.
sealed interface Listener permits TcpListener, UnixListener {

  Logger log = LoggerFactory.getLogger(Listener.class);

  /// The address as it is configured.
  ListenAddress address();

  /// The address as it is bound, with the port that the kernel chose.
  String text();

  /// The socket that a slot accepts from.
  Socket socket(int slot);

  /// All sockets, for another master.
  List<ListenSockets.Held> held();

  /// Has a socket for each of so many slots.
  ///
  /// @throws IOException if one cannot be opened; those opened by this call are closed then
  void extendTo(int slots, ServerConfig.Listen listen) throws IOException;

  /// Closes the sockets of the slots from this one on, which nobody has accepted from.
  void shrinkTo(int slots);

  /// Applies the settings to sockets that listen already, as far as the kernel lets it.
  void apply(ServerConfig.Listen listen);

  /// Closes everything; what waits in the queues is reset unless others hold the sockets too.
  void close();

  /// Closes a socket; that this fails is no reason to stop what else is being done.
  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      log.warn("cannot close a listening socket: {}", failure.getMessage());
    }
  }
}
