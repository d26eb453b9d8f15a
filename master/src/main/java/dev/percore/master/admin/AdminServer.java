package dev.percore.master.admin;

import dev.percore.config.ServerConfig;
import dev.percore.master.listen.ListenException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The admin endpoints over HTTP, on a TCP port for people and Prometheus, and on the control
/// socket for the command line. Runs on the master's event loop: its traffic is light.
public final class AdminServer {
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int IDLE_SECONDS = 60;

  private final EventLoopGroup loop;
  private final AdminApi api;

  public AdminServer(EventLoopGroup loop, AdminApi api) {
    this.loop = loop;
    this.api = api;
  }

  /// Listens on the TCP port and returns the address in use.
  ///
  /// @throws ListenException if the address is taken or not ours
  public InetSocketAddress open(ServerConfig.Admin admin) throws ListenException {
    var wanted = new InetSocketAddress(admin.address(), admin.port());
    Channel channel = listen(EpollServerSocketChannel.class, wanted, false);
    return (InetSocketAddress) channel.localAddress();
  }

  /// Listens on the control socket.
  ///
  /// @throws ListenException if the socket cannot be made
  public void open(Path controlSocket) throws ListenException {
    listen(
        EpollServerDomainSocketChannel.class,
        new DomainSocketAddress(controlSocket.toFile()),
        true);
  }

  private Channel listen(Class<? extends ServerChannel> type, SocketAddress address, boolean owner)
      throws ListenException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(type)
            .childHandler(connection(owner))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException(address + " for admin", bound.cause());
    }
    return bound.channel();
  }

  private ChannelHandler connection(boolean owner) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(new ReadTimeoutHandler(IDLE_SECONDS, TimeUnit.SECONDS))
            .addLast(new HttpServerCodec())
            .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
            .addLast(new AdminHandler(api, owner));
      }
    };
  }
}
