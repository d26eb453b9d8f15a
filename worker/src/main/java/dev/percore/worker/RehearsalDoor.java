package dev.percore.worker;

import dev.percore.config.net.ListenAddress;
import dev.percore.worker.http.server.HttpFront;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A port of the loopback interface by which a rehearsal's clients come in as others do: by an
/// accept, over TCP. Code that was compiled without having seen that would be thrown away at the
/// first client's. Nobody else is let in: a client is known by the address that it was bound to
/// before it connected.
final class RehearsalDoor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RehearsalDoor.class);

  /// Packets of the loopback interface may be dropped by a filter.
  private static final long PATIENCE_MILLIS = 500;

  private final EventLoop loop;
  private final Channel listener;
  private final ChannelHandler front;

  // Of the event loop.
  private final Set<SocketAddress> expected = new HashSet<>();

  // Of the thread that rehearses.
  private boolean broken;

  private RehearsalDoor(EventLoop loop, HttpFront front) {
    this.loop = loop;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    this.front = front.childHandler(new ListenAddress.Tcp(loopback, 0, false));
    this.listener =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(EpollServerSocketChannel::new)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    admit(channel);
                  }
                })
            .bind(loopback, 0)
            .syncUninterruptibly()
            .channel();
  }

  /// Opens one; empty where there is no such interface.
  static Optional<RehearsalDoor> open(EventLoop loop, HttpFront front) {
    try {
      return Optional.of(new RehearsalDoor(loop, front));
    } catch (Exception refused) { // Netty throws what it is refused by without declaring it
      log.debug("rehearses without TCP: {}", refused.toString());
      return Optional.empty();
    }
  }

  private void admit(Channel channel) {
    if (expected.remove(channel.remoteAddress())) {
      channel.pipeline().addLast(front);
    } else {
      channel.close();
    }
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// Connects a client. Not on the event loop.
  ///
  /// @return empty if that does not succeed, and from then on
  Optional<RehearsalClient> connect() {
    if (broken) {
      return Optional.empty();
    }
    var channel = new EpollSocketChannel();
    var client = new RehearsalClient(channel);
    channel.pipeline().addLast(client);
    Promise<Void> connected = loop.newPromise();
    loop.register(channel).addListener(then(connected, () -> bindAndConnect(channel, connected)));
    if (connected.awaitUninterruptibly(PATIENCE_MILLIS) && connected.isSuccess()) {
      return Optional.of(client);
    }
    log.debug("goes on rehearsing without TCP, since no client can connect", connected.cause());
    broken = true;
    channel.close();
    return Optional.empty();
  }

  private void bindAndConnect(Channel channel, Promise<Void> connected) {
    channel
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addListener(
            then(
                connected,
                () -> {
                  SocketAddress own = channel.localAddress();
                  expected.add(own);
                  channel.closeFuture().addListener(_ -> expected.remove(own));
                  channel
                      .connect(listener.localAddress())
                      .addListener(then(connected, () -> connected.trySuccess(null)));
                }));
  }

  private static ChannelFutureListener then(Promise<Void> whole, Runnable next) {
    return step -> {
      if (step.isSuccess()) {
        next.run();
      } else {
        whole.tryFailure(step.cause());
      }
    };
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
  }
}
