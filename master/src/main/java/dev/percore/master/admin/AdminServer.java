package dev.percore.master.admin;

import dev.percore.config.ServerConfig;
import dev.percore.master.listen.ListenException;
import dev.percore.master.listen.ListenSockets;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The admin endpoints over HTTP, on a TCP port for people and Prometheus, and on the control
/// socket for the command line. Runs on the master's event loop: its traffic is light.
public final class AdminServer {
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int IDLE_SECONDS = 60;
  private static final int MAX_CONNECTIONS = 64;

  private final EventLoopGroup loop;
  private final AdminApi api;

  public AdminServer(EventLoopGroup loop, AdminApi api) {
    this.loop = loop;
    this.api = api;
  }

  /// Listens on the TCP port and returns the address in use. On a loopback address requests
  /// must name the server by address or as localhost, since a page in a browser on this machine
  /// could otherwise read the answers under a name of its own (DNS rebinding).
  ///
  /// @throws ListenException if the address is taken or not ours
  public InetSocketAddress open(ServerConfig.Admin admin) throws ListenException {
    var wanted = new InetSocketAddress(admin.address(), admin.port());
    Access access = wanted.getAddress().isLoopbackAddress() ? Access.LOOPBACK : Access.NETWORK;
    Channel channel =
        listen(EpollServerSocketChannel.class, wanted, ListenSockets.text(wanted), access);
    return (InetSocketAddress) channel.localAddress();
  }

  /// Listens on the control socket.
  ///
  /// @throws ListenException if the socket cannot be made
  public void open(Path controlSocket) throws ListenException {
    var address = new DomainSocketAddress(controlSocket.toFile());
    listen(EpollServerDomainSocketChannel.class, address, controlSocket.toString(), Access.OWNER);
  }

  private Channel listen(
      Class<? extends ServerChannel> type, SocketAddress address, String text, Access access)
      throws ListenException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(type)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(new Connections(access))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException(text + " for admin", bound.cause());
    }
    return bound.channel();
  }

  /// Who can reach an endpoint.
  enum Access {
    /// The owner alone, over the control socket.
    OWNER,
    /// Whoever is on this machine.
    LOOPBACK,
    /// Whoever can reach the address that the operator chose.
    NETWORK
  }

  /// The connections of one listener; those beyond the limit are closed. For the event loop.
  private final class Connections extends ChannelInitializer<Channel> {
    private final Access access;
    private int open;

    Connections(Access access) {
      this.access = access;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (open >= MAX_CONNECTIONS) {
        channel.close();
        return;
      }
      open++;
      channel.closeFuture().addListener(_ -> open--);
      channel
          .pipeline()
          .addLast(new IdleStateHandler(IDLE_SECONDS, 0, 0, TimeUnit.SECONDS))
          .addLast(new HttpServerCodec())
          .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
          // One request at a time: the next is read when the answer has left.
          .addLast(new FlowControlHandler())
          .addLast(new AdminHandler(api, access));
    }
  }
}
