package dev.percore.master.listen;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.IpText;
import dev.percore.config.net.ListenAddress;
import dev.percore.master.listen.ListenSockets.Held;
import dev.percore.protocol.posix.Cpus;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/// A port: one socket for each slot, all of them on one address by SO_REUSEPORT; or one that a
/// service manager has opened, which all slots share.
final class TcpListener implements Listener {
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_FASTOPEN = 23;
  static final int SOL_SOCKET = 1;
  static final int SO_INCOMING_CPU = 49;
  private static final int ANY_CPU = -1;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;

  private final ListenAddress.Tcp address;
  private final boolean ipv6Only;
  private final NavigableMap<Integer, Socket> sockets = new TreeMap<>();
  private int fastOpen;

  private TcpListener(ListenAddress.Tcp address, ServerConfig.Listen listen) {
    this.address = address;
    this.ipv6Only = ipv6Only(address, listen);
  }

  /// Binds and listens.
  ///
  /// @throws IOException if the address is taken or not ours
  static TcpListener open(ListenAddress.Tcp address, ServerConfig.Listen listen, int slots)
      throws IOException {
    TcpListener listener = new TcpListener(address, listen);
    if (address.port() != 0) {
      listener.refuseToShare();
    }
    listener.extendTo(slots, listen);
    return listener;
  }

  /// Takes sockets that listen already, by slot.
  static TcpListener adopt(
      ListenAddress.Tcp address, ServerConfig.Listen listen, Map<Integer, Socket> given) {
    TcpListener listener = new TcpListener(address, listen);
    listener.sockets.putAll(given);
    listener.apply(listen);
    return listener;
  }

  // `::` takes IPv4 connections too, unless 0.0.0.0 is there for them.
  private static boolean ipv6Only(ListenAddress.Tcp address, ServerConfig.Listen listen) {
    return address.host() instanceof Inet6Address
        && address.host().isAnyLocalAddress()
        && listen.addresses().stream()
            .anyMatch(
                other ->
                    other instanceof ListenAddress.Tcp tcp
                        && tcp.port() == address.port()
                        && tcp.host().isAnyLocalAddress()
                        && !(tcp.host() instanceof Inet6Address));
  }

  @Override
  public ListenAddress.Tcp address() {
    return address;
  }

  /// The address in use, with the port that the kernel chose if 0 was configured.
  InetSocketAddress bound() {
    InetSocketAddress local =
        sockets.isEmpty() ? null : sockets.firstEntry().getValue().localAddress();
    return new InetSocketAddress(address.host(), local == null ? address.port() : local.getPort());
  }

  @Override
  public String text() {
    return IpText.of(address.host(), bound().getPort());
  }

  @Override
  public Socket socket(int slot) {
    return Objects.requireNonNull(
        sockets.get(isShared() ? ListenSockets.ALL_SLOTS : slot), () -> "no slot " + slot);
  }

  private boolean isShared() {
    return sockets.containsKey(ListenSockets.ALL_SLOTS);
  }

  @Override
  public List<Held> held() {
    return sockets.entrySet().stream()
        .map(entry -> new Held(address.name(), entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public void extendTo(int slots, ServerConfig.Listen listen) throws IOException {
    if (isShared()) {
      return;
    }
    List<Integer> before = List.copyOf(sockets.keySet());
    try {
      for (int slot = 0; slot < slots; slot++) {
        if (!sockets.containsKey(slot)) {
          sockets.put(slot, open(listen));
        }
      }
      steer(listen);
    } catch (IOException failure) {
      sockets.entrySet().removeIf(opened -> isOpenedSince(before, opened));
      throw failure;
    }
  }

  private static boolean isOpenedSince(List<Integer> before, Map.Entry<Integer, Socket> opened) {
    boolean since = !before.contains(opened.getKey());
    if (since) {
      Listener.close(opened.getValue());
    }
    return since;
  }

  @Override
  public void shrinkTo(int slots) {
    Map<Integer, Socket> rest = sockets.tailMap(slots, true);
    rest.values().forEach(Listener::close);
    rest.clear();
  }

  private Socket open(ServerConfig.Listen listen) throws IOException {
    Socket socket = newSocket();
    try {
      socket.setReusePort(true);
      socket.bind(bound());
      fastOpen = listen.fastOpen();
      if (fastOpen > 0) {
        setFastOpen(socket);
      }
      socket.listen(listen.backlog());
      return socket;
    } catch (IOException failure) {
      Listener.close(socket);
      throw failure;
    }
  }

  // Netty's own choice would be IPv6 for all, where 0.0.0.0 means both families.
  private Socket newSocket() throws IOException {
    boolean ipv6 = address.host() instanceof Inet6Address;
    Socket socket = LinuxSocket.newSocketStream(ipv6);
    try {
      socket.setReuseAddress(true);
      if (ipv6) {
        socket.setIntOpt(IPPROTO_IPV6, IPV6_V6ONLY, ipv6Only ? 1 : 0);
      }
      return socket;
    } catch (IOException failure) {
      Listener.close(socket);
      throw failure;
    }
  }

  // SO_REUSEPORT lets every process of this user join the group, so a second server on the same
  // port would silently take its share of the connections. Binding once without it finds that out.
  private void refuseToShare() throws IOException {
    Socket probe = newSocket();
    try {
      probe.bind(bound());
    } finally {
      probe.close();
    }
  }

  @Override
  public void apply(ServerConfig.Listen listen) {
    if (ipv6Only(address, listen) != ipv6Only) {
      log.warn("{} takes IPv4 connections, or takes none, only after a restart", text());
    }
    steer(listen);
    boolean changed = fastOpen != listen.fastOpen();
    fastOpen = listen.fastOpen();
    for (Socket socket : sockets.values()) {
      try {
        socket.listen(listen.backlog());
        if (changed) {
          setFastOpen(socket);
        }
      } catch (IOException failure) {
        log.warn("{} keeps its former backlog: {}", text(), failure.getMessage());
      }
    }
  }

  // Each slot's socket names the core that its worker is bound to; of the sockets of a group the
  // kernel prefers those that name the core which it runs on when a connection arrives. Another
  // master may have set it, or not. No reason not to serve, either.
  private void steer(ServerConfig.Listen listen) {
    if (isShared()) {
      return;
    }
    List<Integer> cpus = listen.incomingCpu() ? allowedCpus() : List.of();
    for (Map.Entry<Integer, Socket> entry : sockets.entrySet()) {
      int wanted = Cpus.ofSlot(entry.getKey(), sockets.size(), cpus).orElse(ANY_CPU);
      try {
        if (entry.getValue().getIntOpt(SOL_SOCKET, SO_INCOMING_CPU) != wanted) {
          entry.getValue().setIntOpt(SOL_SOCKET, SO_INCOMING_CPU, wanted);
        }
      } catch (IOException failure) {
        if (listen.incomingCpu()) {
          log.warn("{} has no listen.incoming_cpu: {}", text(), failure.getMessage());
        } else {
          log.debug("{}: this kernel knows no SO_INCOMING_CPU", text(), failure);
        }
      }
    }
  }

  private List<Integer> allowedCpus() {
    try {
      return Cpus.allowed();
    } catch (IOException failure) {
      log.warn("{} has no listen.incoming_cpu: {}", text(), failure.getMessage());
      return List.of();
    }
  }

  // It only makes things faster, so a kernel without it is no reason not to serve.
  private void setFastOpen(Socket socket) {
    try {
      socket.setIntOpt(IPPROTO_TCP, TCP_FASTOPEN, fastOpen);
    } catch (IOException failure) {
      log.warn("{} has no TCP fast open: {}", text(), failure.getMessage());
    }
  }

  @Override
  public void close() {
    sockets.values().forEach(Listener::close);
    sockets.clear();
  }
}
