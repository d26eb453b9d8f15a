package dev.percore.worker.http.server;

import dev.percore.config.net.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.HashMap;
import java.util.Map;

/// The listening sockets that a worker accepts from: those of its own slot, and of others for
/// which it stands in. Closing one closes the worker's copy alone; the master's stays open,
/// with all that waits in its queue. Thread-safe.
public final class Listeners {
  private final EventLoopGroup loop;
  private final HttpFront front;
  private final Map<Integer, ChannelGroup> slots = new HashMap<>();
  private boolean closed;

  /// @param loop the one event loop that connections live on
  public Listeners(EventLoopGroup loop, HttpFront front) {
    this.loop = loop;
    this.front = front;
  }

  /// Accepts from a socket that listens already.
  ///
  /// @param slot which slot the socket belongs to
  /// @param address where it listens
  /// @param socket from now on this object's to close
  /// @return completes when connections are accepted; not to be awaited on the event loop
  public ChannelFuture add(int slot, ListenAddress address, FileDescriptor socket) {
    ChannelFuture registered =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(() -> channel(address, socket.intValue()))
            .childHandler(front.childHandler(address))
            .register();
    slots
        .computeIfAbsent(slot, _ -> new DefaultChannelGroup(loop.next()))
        .add(registered.channel());
    if (closed) {
      var _ = registered.channel().close();
    }
    return registered;
  }

  /// Accepts no more from the sockets of a slot, and closes them.
  ///
  /// @return completes when they are closed; at once if there are none
  public ChannelGroupFuture remove(int slot) {
    ChannelGroup ofSlot = slots.remove(slot);
    return ofSlot == null ? new DefaultChannelGroup(loop.next()).close() : ofSlot.close();
  }

  /// Closes all, and whatever is added later at once. From any thread.
  ///
  /// @return completes when they are closed
  public Future<?> close() {
    Promise<Void> done = loop.next().newPromise();
    loop.next().execute(() -> closeAll(done));
    return done;
  }

  private void closeAll(Promise<Void> done) {
    closed = true;
    ChannelGroup all = new DefaultChannelGroup(loop.next());
    slots.values().forEach(all::addAll);
    slots.clear();
    all.close().addListener(_ -> done.setSuccess(null));
  }

  // Of a Unix socket's descriptor the channel has to be told that it listens already; and it knows
  // no path, so its end leaves the socket's file alone.
  private static ServerChannel channel(ListenAddress address, int descriptor) {
    return switch (address) {
      case ListenAddress.Tcp _ -> new EpollServerSocketChannel(descriptor);
      case ListenAddress.Unix _ -> new EpollServerDomainSocketChannel(descriptor, true);
    };
  }
}
