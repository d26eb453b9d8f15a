package dev.percore.protocol;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import java.io.IOException;
import java.nio.file.Path;

/// Unix sockets between processes of ours, on which either messages or descriptors arrive. Both
/// methods wait, so they are not for an event loop.
public final class UnixSockets {
  private UnixSockets() {}

  /// Takes connections, on the event loop.
  @FunctionalInterface
  public interface Acceptor {
    /// A connection has come.
    ///
    /// @param pid the process at the other end, by the word of the kernel (SO_PEERCRED)
    void accept(EpollDomainSocketChannel channel, long pid);
  }

  /// Listens.
  ///
  /// @throws IOException if the socket cannot be bound
  public static Channel listen(EventLoopGroup loop, Path path, Acceptor acceptor)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<EpollDomainSocketChannel>() {
                  @Override
                  protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                    acceptor.accept(channel, channel.peerCredentials().pid());
                  }
                })
            .bind(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + path, bound.cause());
    }
    return bound.channel();
  }

  /// Connects.
  ///
  /// @param mode what arrives
  /// @param listener who is expected there, for the message of the failure
  /// @throws IOException if nobody listens there, or this process may not connect
  public static Channel connect(
      EventLoopGroup loop,
      Path path,
      DomainSocketReadMode mode,
      ChannelHandler handler,
      String listener)
      throws IOException {
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainSocketChannel.class)
            .option(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, mode)
            .handler(handler)
            .connect(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    if (!connected.isSuccess()) {
      throw new IOException("cannot connect to " + listener + " at " + path, connected.cause());
    }
    return connected.channel();
  }
}
