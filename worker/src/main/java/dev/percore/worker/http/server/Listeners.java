package dev.percore.worker.http.server;

import dev.percore.config.net.ListenAddress;
import dev.percore.worker.http.socket.Acceptor;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening sockets that a worker accepts from: those of its own slot, and of others for
/// which it stands in. Closing one closes the worker's copy alone; the master's stays open,
/// with all that waits in its queue. Confined to the event loop.
public final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final HttpFront front;
  private final Map<Integer, List<Acceptor>> slots = new HashMap<>();
  private boolean closed;

  public Listeners(HttpFront front) {
    this.front = front;
  }

  /// Accepts from a socket that listens already, from now on.
  ///
  /// @param slot which slot the socket belongs to
  /// @param address where it listens
  /// @param descriptor from now on this object's to close
  public void add(int slot, ListenAddress address, FileDescriptor descriptor) {
    var socket = new Socket(descriptor.intValue());
    Acceptor acceptor = front.acceptor(address, socket);
    if (closed) {
      acceptor.close();
      return;
    }
    try {
      front.setOptions(address, socket);
      acceptor.start();
      slots.computeIfAbsent(slot, _ -> new ArrayList<>()).add(acceptor);
    } catch (IOException refused) {
      acceptor.close();
      log.error("no connections are accepted at {}", address, refused);
    }
  }

  /// Accepts no more from the sockets of a slot, and closes them.
  public void remove(int slot) {
    List<Acceptor> ofSlot = slots.remove(slot);
    if (ofSlot != null) {
      ofSlot.forEach(Acceptor::close);
    }
  }

  /// Closes all, and whatever is added later at once.
  public void close() {
    closed = true;
    List.copyOf(slots.keySet()).forEach(this::remove);
  }
}
