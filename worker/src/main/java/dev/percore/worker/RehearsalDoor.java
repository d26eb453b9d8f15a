package dev.percore.worker;

import dev.percore.config.net.ListenAddress;
import dev.percore.worker.http.server.HttpFront;
import dev.percore.worker.http.socket.Acceptor;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  private static final int BACKLOG = 16;

  private final IoEventLoop loop;
  private final HttpFront front;
  private final ListenAddress address;
  private final Socket listener;
  private final InetSocketAddress port;
  private final Acceptor acceptor;

  // Of the event loop.
  private final Set<SocketAddress> expected = new HashSet<>();

  // Of the thread that rehearses.
  private boolean broken;

  private RehearsalDoor(IoEventLoop loop, HttpFront front) throws IOException {
    this.loop = loop;
    this.front = front;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    this.address = new ListenAddress.Tcp(loopback, 0, false);
    this.listener = LinuxSocket.newSocketStream(loopback instanceof Inet6Address);
    try {
      listener.bind(new InetSocketAddress(loopback, 0));
      listener.listen(BACKLOG);
      this.port = Objects.requireNonNull(listener.localAddress());
    } catch (IOException | RuntimeException refused) {
      listener.close();
      throw refused;
    }
    this.acceptor = new Acceptor(loop, listener, true, this::admit);
    loop.submit(
            () -> {
              acceptor.start();
              return null;
            })
        .syncUninterruptibly();
  }

  /// Opens one; empty where there is no such interface.
  static Optional<RehearsalDoor> open(IoEventLoop loop, HttpFront front) {
    try {
      return Optional.of(new RehearsalDoor(loop, front));
    } catch (Exception refused) { // Netty throws what it is refused by without declaring it
      log.debug("rehearses without TCP: {}", refused.toString());
      return Optional.empty();
    }
  }

  private void admit(FileDescriptor descriptor, @Nullable InetSocketAddress client) {
    if (client != null && expected.remove(client)) {
      front.accept(address, descriptor, client);
    } else {
      try {
        descriptor.close();
      } catch (IOException e) {
        log.debug("who was not let in was not closed cleanly", e);
      }
    }
  }

  int port() {
    return port.getPort();
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
    EventLoop clients = loop; // as an IoEventLoop it would rather not take channels
    clients
        .register(channel)
        .addListener(then(connected, () -> bindAndConnect(channel, connected)));
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
                      .connect(port)
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
    loop.submit(acceptor::close).syncUninterruptibly();
  }
}
