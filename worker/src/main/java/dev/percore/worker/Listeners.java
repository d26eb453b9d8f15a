package dev.percore.worker;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.AttributeKey;

/// The listening sockets that the master has lent, its own slot's and those of slots that it
/// stands in for. For the event loop, but for [#close].
final class Listeners {
  private static final AttributeKey<Integer> SLOT = AttributeKey.valueOf(Listeners.class, "slot");

  private final EventLoopGroup loop;
  private final ChannelHandler childHandler;
  private final ChannelGroup channels;

  Listeners(EventLoopGroup loop, ChannelHandler childHandler) {
    this.loop = loop;
    this.childHandler = childHandler;
    // One that comes after the end is closed at once.
    this.channels = new DefaultChannelGroup(loop.next(), true);
  }

  /// Accepts connections from the socket, which is this object's to close.
  void add(int slot, FileDescriptor socket) {
    Channel channel =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(() -> new EpollServerSocketChannel(socket.intValue()))
            .attr(SLOT, slot)
            .childHandler(childHandler)
            .register()
            .channel();
    channels.add(channel);
  }

  /// Accepts no more from the sockets of a slot. Others may have copies of them.
  void remove(int slot) {
    channels.close(channel -> channel.attr(SLOT).get() == slot);
  }

  /// Accepts no more at all. From any thread.
  ChannelGroupFuture close() {
    return channels.close();
  }
}
