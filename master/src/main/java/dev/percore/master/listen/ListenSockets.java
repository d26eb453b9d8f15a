package dev.percore.master.listen;

import dev.percore.config.ServerConfig;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listening socket for each slot, all on one address by SO_REUSEPORT. The master keeps
/// them open and never accepts from them; it lends each to the worker of the day. So a
/// connection that waits in a queue outlives the worker for which it waits, and the order of
/// the sockets, by which the kernel spreads connections, stays.
public final class ListenSockets implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ListenSockets.class);

  private final List<Socket> sockets;
  private final int backlog;
  private final InetSocketAddress address;

  /// A listening socket, still the master's.
  ///
  /// @param listener the address as it is configured
  public record Lent(String listener, FileDescriptor socket) {}

  private ListenSockets(List<Socket> sockets, int backlog, InetSocketAddress address) {
    this.sockets = sockets;
    this.backlog = backlog;
    this.address = address;
  }

  /// Binds and listens.
  ///
  /// @param count number of slots
  /// @throws ListenException if the address is taken or not ours
  public static ListenSockets open(ServerConfig.Listen listen, int count) throws ListenException {
    Epoll.ensureAvailability(); // loads the native library that the sockets need
    InetSocketAddress wanted = new InetSocketAddress(listen.address(), listen.port());
    InetAddress host = wanted.getAddress();
    List<Socket> sockets = new ArrayList<>();
    try {
      if (wanted.getPort() != 0) {
        refuseToShare(wanted);
      }
      InetSocketAddress bound = wanted;
      for (int slot = 0; slot < count; slot++) {
        Socket socket = open(bound, listen.backlog());
        sockets.add(socket);
        bound = new InetSocketAddress(host, portOf(socket, bound));
      }
      return new ListenSockets(sockets, listen.backlog(), bound);
    } catch (IOException failure) {
      closeAll(sockets);
      throw new ListenException(text(wanted), failure);
    }
  }

  private static Socket open(InetSocketAddress bound, int backlog) throws IOException {
    Socket socket = Socket.newSocketStream();
    try {
      socket.setReuseAddress(true);
      socket.setReusePort(true);
      socket.bind(bound);
      socket.listen(backlog);
      return socket;
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /// The address in use, with the port that the kernel chose if 0 was configured.
  public InetSocketAddress address() {
    return address;
  }

  /// The sockets of a slot.
  public List<Lent> ofSlot(int slot) {
    return List.of(new Lent(text(address), sockets.get(slot)));
  }

  /// Number of slots that have sockets.
  public int slots() {
    return sockets.size();
  }

  /// Opens sockets for more slots.
  ///
  /// @throws ListenException if a socket cannot be had
  public void extendTo(int count) throws ListenException {
    try {
      while (sockets.size() < count) {
        sockets.add(open(address, backlog));
      }
    } catch (IOException failure) {
      throw new ListenException(text(address), failure);
    }
  }

  /// Changes to another configuration.
  public void reconfigure(ServerConfig.Listen next) throws ListenException {
    log.debug("listens on {}", next);
  }

  /// Closes all; connections that still wait are reset.
  @Override
  public void close() {
    closeAll(sockets);
  }

  /// Such as `127.0.0.1:8080` or `[::1]:8080`.
  public static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  // SO_REUSEPORT lets every process of this user join the group, so a second server on the same
  // port
  // would silently take its share of the connections. Binding once without it finds that out.
  private static void refuseToShare(InetSocketAddress address) throws IOException {
    Socket probe = Socket.newSocketStream();
    try {
      probe.setReuseAddress(true);
      probe.bind(address);
    } finally {
      probe.close();
    }
  }

  private static int portOf(Socket socket, InetSocketAddress fallback) {
    @Nullable InetSocketAddress local = socket.localAddress();
    return local == null ? fallback.getPort() : local.getPort();
  }

  private static void closeAll(List<Socket> sockets) {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException failure) {
        log.warn("cannot close a listening socket: {}", failure.getMessage());
      }
    }
  }
}
