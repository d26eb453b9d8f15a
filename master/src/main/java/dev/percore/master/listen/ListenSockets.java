package dev.percore.master.listen;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.IpText;
import dev.percore.config.net.ListenAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The listening sockets: of each TCP address one for each slot, by SO_REUSEPORT, and one Unix
/// socket for all slots. The master keeps them open and never accepts from them; it lends them to
/// the worker of the day. So a connection that waits in a queue outlives the worker for which it
/// waits, and the order of the sockets, by which the kernel spreads connections, stays.
///
/// An address is known by its [ListenAddress#name], here and to the workers. For one thread.
public final class ListenSockets implements AutoCloseable {
  /// In place of a slot: a socket that all slots share, since a service manager has opened it.
  public static final int ALL_SLOTS = -1;

  private ServerConfig.Listen listen;
  private int slots;
  private SequencedMap<String, Listener> listeners;

  /// A socket that is lent to a worker.
  ///
  /// @param listener name of the address
  /// @param socket still the master's
  public record Lent(String listener, FileDescriptor socket) {}

  /// A socket that another master, or a service manager, has left to this one.
  ///
  /// @param slot the slot that it is for, or [#ALL_SLOTS]
  /// @param fd the descriptor, from now on ours to close
  public record Adopted(String listener, int slot, int fd) {}

  /// A socket, as another master has to know it: what it gets as [Adopted].
  ///
  /// @param slot the slot that it is for, or [#ALL_SLOTS]
  /// @param socket still this master's
  public record Held(String listener, int slot, FileDescriptor socket) {}

  private ListenSockets(
      ServerConfig.Listen listen, int slots, SequencedMap<String, Listener> listeners) {
    this.listen = listen;
    this.slots = slots;
    this.listeners = listeners;
  }

  /// Binds and listens.
  ///
  /// @throws ListenException if an address is taken or not ours; nothing is open then
  public static ListenSockets open(ServerConfig.Listen listen, int slots) throws ListenException {
    return adopt(listen, slots, List.of());
  }

  /// Goes on with sockets that listen already. What is missing is opened, what does not fit the
  /// configuration is closed. There may be sockets of more slots than are asked for: they stay
  /// open, see [#slots], since connections may wait in them. Unix sockets' files are not
  /// removed at the end unless [#ownFiles] says so.
  ///
  /// @throws ListenException if an address is taken or not ours; all is closed then
  public static ListenSockets adopt(ServerConfig.Listen listen, int slots, List<Adopted> given)
      throws ListenException {
    Epoll.ensureAvailability(); // loads the native library that the sockets need
    Map<String, NavigableMap<Integer, Socket>> byName = new HashMap<>();
    for (Adopted one : given) {
      Socket socket = new Socket(one.fd());
      Socket former =
          byName.computeIfAbsent(one.listener(), _ -> new TreeMap<>()).put(one.slot(), socket);
      if (former != null) {
        Listener.close(former);
      }
    }
    SequencedMap<String, Listener> adopted = new LinkedHashMap<>();
    int all = slots;
    for (ListenAddress address : listen.addresses()) {
      NavigableMap<Integer, Socket> sockets = byName.remove(address.name());
      if (sockets != null) {
        adopted.put(address.name(), adopt(address, listen, sockets));
        all = Math.max(all, sockets.lastKey() + 1);
      }
    }
    byName.values().forEach(left -> left.values().forEach(Listener::close));
    ListenSockets sockets = new ListenSockets(listen, 0, adopted);
    try {
      sockets.add(listen, all);
      return sockets;
    } catch (ListenException failure) {
      sockets.close();
      throw failure;
    }
  }

  private static Listener adopt(
      ListenAddress address, ServerConfig.Listen listen, NavigableMap<Integer, Socket> given) {
    return switch (address) {
      case ListenAddress.Tcp tcp -> TcpListener.adopt(tcp, listen, given);
      case ListenAddress.Unix unix -> {
        Map.Entry<Integer, Socket> first = given.firstEntry();
        given.tailMap(first.getKey(), false).values().forEach(Listener::close);
        yield UnixListener.adopt(unix, listen, first.getKey(), first.getValue());
      }
    };
  }

  /// Opens what a next configuration has more, all or nothing, and keeps what it has no more:
  /// the workers of the present one still need it. [#reconfigure] ends that, with the next
  /// configuration or, to go back, with the present one.
  ///
  /// @throws ListenException if an address is taken or not ours; nothing has changed then
  public void add(ServerConfig.Listen next) throws ListenException {
    add(next, slots);
  }

  private void add(ServerConfig.Listen next, int wanted) throws ListenException {
    SequencedMap<String, Listener> all = new LinkedHashMap<>();
    List<Listener> opened = new ArrayList<>();
    try {
      for (ListenAddress address : next.addresses()) {
        Listener listener = listeners.get(address.name());
        if (listener == null) {
          listener = open(address, next, wanted);
          opened.add(listener);
        }
        all.put(address.name(), listener);
      }
      listeners.forEach(all::putIfAbsent);
      extend(all.values(), next, wanted);
    } catch (ListenException failure) {
      opened.forEach(Listener::close);
      throw failure;
    }
    listeners = all;
    listen = next;
    slots = wanted;
  }

  private static Listener open(ListenAddress address, ServerConfig.Listen listen, int slots)
      throws ListenException {
    try {
      return switch (address) {
        case ListenAddress.Tcp tcp -> TcpListener.open(tcp, listen, slots);
        case ListenAddress.Unix unix -> UnixListener.open(unix, listen);
      };
    } catch (IOException failure) {
      throw new ListenException(address.name(), failure);
    }
  }

  private void extend(Collection<Listener> all, ServerConfig.Listen settings, int wanted)
      throws ListenException {
    for (Listener listener : all) {
      try {
        listener.extendTo(wanted, settings);
      } catch (IOException failure) {
        // Without a worker for their slot, nobody would accept from those just opened.
        all.forEach(extended -> extended.shrinkTo(slots));
        throw new ListenException(listener.text(), failure);
      }
    }
  }

  /// Goes over to a configuration, all or nothing: opens what is new, closes what is gone, and
  /// applies backlog, mode and options to what stays.
  ///
  /// @return names of the addresses that are gone, which workers may still accept from
  /// @throws ListenException if an address is taken or not ours; nothing has changed then
  public List<String> reconfigure(ServerConfig.Listen next) throws ListenException {
    add(next);
    List<String> wanted = next.addresses().stream().map(ListenAddress::name).toList();
    List<String> gone = listeners.keySet().stream().filter(name -> !wanted.contains(name)).toList();
    for (String name : gone) {
      Listener listener = listeners.remove(name);
      if (listener != null) {
        listener.close();
      }
    }
    listeners.values().forEach(listener -> listener.apply(next));
    return gone;
  }

  /// Has sockets for so many slots, or for more: those of a slot that is given up stay, for
  /// another worker to accept what waits in them.
  ///
  /// @throws ListenException if one cannot be opened; nothing has changed then
  public void extendTo(int wanted) throws ListenException {
    if (wanted > slots) {
      extend(listeners.values(), listen, wanted);
      slots = wanted;
    }
  }

  /// For how many slots there are sockets. Each needs a worker that accepts from them.
  public int slots() {
    return slots;
  }

  /// The sockets of a slot, in the order of the configuration.
  public List<Lent> ofSlot(int slot) {
    return listeners.values().stream()
        .map(listener -> new Lent(listener.address().name(), listener.socket(slot)))
        .toList();
  }

  /// All sockets, for another master that takes them over.
  public List<Held> held() {
    return listeners.values().stream().flatMap(listener -> listener.held().stream()).toList();
  }

  /// Says whether the files of the Unix sockets are this master's, to be removed when it stops:
  /// not while another one listens there too, before or after an upgrade. Those of a service
  /// manager never are.
  public void ownFiles(boolean own) {
    for (Listener listener : listeners.values()) {
      if (listener instanceof UnixListener unix) {
        unix.ownFile(own);
      }
    }
  }

  /// The main address in use, with the port that the kernel chose if 0 was configured.
  public InetSocketAddress address() {
    return switch (listeners.firstEntry().getValue()) {
      case TcpListener tcp -> tcp.bound();
      case UnixListener unix -> throw new IllegalStateException(unix.text() + " is the main one");
    };
  }

  /// All addresses in use, with the ports that the kernel chose; the main one first.
  public List<String> texts() {
    return listeners.values().stream().map(Listener::text).toList();
  }

  /// Closes all; connections that still wait are reset.
  @Override
  public void close() {
    listeners.values().forEach(Listener::close);
  }

  /// Such as `127.0.0.1:8080` or `[::1]:8080`.
  public static String text(InetSocketAddress address) {
    return IpText.of(address.getAddress(), address.getPort());
  }
}
