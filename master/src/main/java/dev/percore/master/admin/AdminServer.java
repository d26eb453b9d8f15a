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
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The admin endpoints over HTTP, on a TCP port for people and Prometheus, and on the control
/// socket for the command line. Runs on the master's event loop: its traffic is light.
public final class AdminServer {
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int IDLE_SECONDS = 60;
  private static final int MAX_CONNECTIONS = 64;

  private final EventLoopGroup loop;
  private final List<Channel> listeners = new ArrayList<>();

  public AdminServer(EventLoopGroup loop) {
    this.loop = loop;
  }

  /// Listens on the TCP port and returns the address in use. On a loopback address requests
  /// must name the server by address or as localhost, since a page in a browser on this machine
  /// could otherwise read the answers under a name of its own (DNS rebinding).
  ///
  /// @param inherited a socket that listens there already; null to bind one
  /// @throws ListenException if the address is taken or not ours
  public InetSocketAddress open(ServerConfig.Admin admin, @Nullable Integer inherited, AdminApi api)
      throws ListenException {
    InetSocketAddress wanted = address(admin);
    Access access = wanted.getAddress().isLoopbackAddress() ? Access.LOOPBACK : Access.NETWORK;
    ServerBootstrap bootstrap = bootstrap(access, api);
    ChannelFuture listening =
        inherited == null
            ? bootstrap.channel(EpollServerSocketChannel.class).bind(wanted)
            : bootstrap.channelFactory(() -> new EpollServerSocketChannel(inherited)).register();
    Channel channel = await(listening, name(admin));
    return (InetSocketAddress) channel.localAddress();
  }

  /// The address as it is configured, by which masters call the socket; empty if there is none.
  public static String name(ServerConfig.Admin admin) {
    return admin.tcp() ? ListenSockets.text(address(admin)) : "";
  }

  private static InetSocketAddress address(ServerConfig.Admin admin) {
    return new InetSocketAddress(admin.address(), admin.port());
  }

  /// The socket of the TCP port, for a master that takes over.
  public Optional<FileDescriptor> socket() {
    return listeners.stream()
        .filter(EpollServerSocketChannel.class::isInstance)
        .map(channel -> ((EpollServerSocketChannel) channel).fd())
        .findFirst();
  }

  /// Takes no more connections; those that are open stay.
  public void close() {
    listeners.forEach(Channel::close);
  }

  /// Listens on the control socket.
  ///
  /// @throws ListenException if the socket cannot be made
  public void open(Path controlSocket, AdminApi api) throws ListenException {
    try {
      // Netty removes the file of a socket that it has bound itself, which by then may be that of a
      // master that has taken over.
      Socket socket = Socket.newSocketDomain();
      socket.bind(new DomainSocketAddress(controlSocket.toFile()));
      Files.setPosixFilePermissions(controlSocket, PosixFilePermissions.fromString("rw-------"));
      socket.listen(MAX_CONNECTIONS);
      var _ =
          await(
              bootstrap(Access.OWNER, api)
                  .channelFactory(() -> new EpollServerDomainSocketChannel(socket.intValue(), true))
                  .register(),
              controlSocket.toString());
    } catch (IOException failure) {
      throw new ListenException(controlSocket + " for admin", failure);
    }
  }

  private ServerBootstrap bootstrap(Access access, AdminApi api) {
    return new ServerBootstrap()
        .group(loop)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(new Connections(access, api));
  }

  private Channel await(ChannelFuture listening, String text) throws ListenException {
    if (!listening.awaitUninterruptibly().isSuccess()) {
      throw new ListenException(text + " for admin", listening.cause());
    }
    listeners.add(listening.channel());
    return listening.channel();
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
  private static final class Connections extends ChannelInitializer<Channel> {
    private final Access access;
    private final AdminApi api;
    private int open;

    Connections(Access access, AdminApi api) {
      this.access = access;
      this.api = api;
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
