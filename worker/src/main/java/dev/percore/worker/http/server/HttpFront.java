package dev.percore.worker.http.server;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.worker.http.LazyAnswers;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.client.Peer;
import dev.percore.worker.http.encode.ResponseEncoder;
import dev.percore.worker.http.limit.ClientLimits;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.parse.Input;
import dev.percore.worker.http.parse.MemoryBudget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP front of one worker. All its connections live on one event loop.
public final class HttpFront {
  private static final Logger log = LoggerFactory.getLogger(HttpFront.class);
  private static final long TICK_MILLIS = 250;

  private final Shared shared;
  private final Connections connections;
  private final ServerConfig.Listen listen;
  private final ServerConfig.Proxies proxies;
  private volatile @Nullable EventLoop loop;
  private volatile @Nullable Future<?> ticks;

  /// @param clientLimits limits on each client, if there are any
  /// @param blackBox where its requests in flight are noted
  public HttpFront(
      ServerConfig config,
      Router router,
      HttpMetrics metrics,
      AccessLog accessLog,
      Optional<ClientLimits> clientLimits,
      BlackBoxWriter blackBox,
      LazyAnswers lazyAnswers) {
    this(
        config,
        router,
        metrics,
        accessLog,
        clientLimits,
        blackBox,
        MemoryBudget.ofHeap(),
        lazyAnswers);
  }

  HttpFront(
      ServerConfig config,
      Router router,
      HttpMetrics metrics,
      AccessLog accessLog,
      Optional<ClientLimits> clientLimits,
      BlackBoxWriter blackBox,
      MemoryBudget budget,
      LazyAnswers lazyAnswers) {
    listen = config.listen();
    proxies = config.proxies();
    connections = new Connections(config.limits().connections(), metrics);
    shared =
        new Shared(
            config.limits(),
            Shared.Timing.of(config.timeouts()),
            Shared.readAheadMax(config.limits()),
            budget,
            new Input.Pool(budget),
            new ResponseEncoder(),
            new Dispatcher(router, metrics),
            new Accounting(metrics, accessLog, connections, blackBox, budget),
            metrics,
            connections,
            lazyAnswers,
            clientLimits);
    metrics.watch(connections::count, connections::inFlight, accessLog);
  }

  /// Starts the clock and the sweep over the connections. Call it once, before the first
  /// connection is accepted.
  ///
  /// @param loop the one event loop that the accepted channels are registered with
  public void start(EventLoop loop) {
    this.loop = loop;
    ticks = loop.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// The handler for channels that were accepted at an address, for
  /// `ServerBootstrap.childHandler`. It sets the channel options that it needs.
  public ChannelHandler childHandler(ListenAddress address) {
    return childHandler(address, null);
  }

  private ChannelHandler childHandler(ListenAddress address, @Nullable ClientConnection known) {
    return new ChannelInitializer<DuplexChannel>() {
      @Override
      protected void initChannel(DuplexChannel channel) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (address instanceof ListenAddress.Tcp) {
          setTcpOptions(channel.config());
        }
        var connection =
            new HttpConnection(shared, channel, peer(address, channel), address, known);
        if (connection.awaitsProxyHeader()) {
          channel.pipeline().addLast(ProxyHeader.decoder());
          channel.pipeline().addLast(new ProxyHeader(connection, shared.metrics()));
        }
        channel.pipeline().addLast(connection);
      }
    };
  }

  private Peer peer(ListenAddress address, DuplexChannel channel) {
    return switch (address) {
      case ListenAddress.Unix _ -> Peer.unix(proxies);
      // No address is known of a client that has already gone.
      case ListenAddress.Tcp _ ->
          Peer.of(
              channel.remoteAddress() instanceof InetSocketAddress socket
                  ? socket.getAddress()
                  : null,
              proxies);
    };
  }

  private void setTcpOptions(ChannelConfig channel) {
    // It is set from the beginning, and each option is a call of the kernel.
    if (!listen.tcpNoDelay()) {
      channel.setOption(ChannelOption.TCP_NODELAY, false);
    }
    ServerConfig.KeepAlive keepAlive = listen.keepAlive();
    if (keepAlive != null) {
      channel.setOption(ChannelOption.SO_KEEPALIVE, true);
      channel.setOption(EpollChannelOption.TCP_KEEPIDLE, (int) keepAlive.idle().toSeconds());
      channel.setOption(EpollChannelOption.TCP_KEEPINTVL, (int) keepAlive.interval().toSeconds());
      channel.setOption(EpollChannelOption.TCP_KEEPCNT, keepAlive.count());
    }
  }

  /// Connections that are served. From any thread.
  public int connections() {
    return connections.count();
  }

  /// Requests that were read and not yet answered. From any thread.
  public int inFlight() {
    return connections.inFlight();
  }

  /// Requests that have been answered or given up since the start. From any thread.
  public long answered() {
    return connections.answered();
  }

  /// Ends keep-alive: idle connections are closed (one that was
  /// never used after a second), requests in flight or partly arrived
  /// are answered with `Connection: close`. From any thread; further calls change nothing.
  public void drain() {
    loop().execute(() -> connections.drain(System.nanoTime()));
  }

  /// Like [#drain()], but idle connections are not closed: another worker goes on with them, and
  /// their clients notice nothing.
  public void drain(Heir heir) {
    loop().execute(() -> connections.drain(System.nanoTime(), heir));
  }

  /// Goes on with a connection of another worker. For the event loop.
  ///
  /// @param address where it was accepted
  /// @param descriptor from now on this object's to close
  public void takeOver(
      ClientConnection connection, ListenAddress address, FileDescriptor descriptor) {
    Channel channel =
        switch (address) {
          case ListenAddress.Tcp _ -> new EpollSocketChannel(descriptor.intValue());
          case ListenAddress.Unix _ -> new EpollDomainSocketChannel(descriptor.intValue());
        };
    channel.pipeline().addLast(childHandler(address, connection));
    loop().register(channel);
  }

  /// Completes when the last connection is closed after [#drain].
  public CompletionStage<Void> drained() {
    return connections.drained();
  }

  /// Cuts the connections that are left and stops the sweep. From any thread.
  ///
  /// @return how many requests in flight were cut; completed on the event loop
  public CompletionStage<Integer> close() {
    CompletableFuture<Integer> cut = new CompletableFuture<>();
    loop()
        .execute(
            () -> {
              int requests = connections.close();
              if (requests > 0) {
                log.warn("{} requests in flight were cut", requests);
              }
              Future<?> schedule = ticks;
              if (schedule != null) {
                schedule.cancel(false);
              }
              // After the ends of the connections cut, which count in log and figures.
              loop().execute(() -> cut.complete(requests));
            });
    return cut.minimalCompletionStage();
  }

  private EventLoop loop() {
    EventLoop started = loop;
    if (started == null) {
      throw new IllegalStateException("the HTTP front was not started");
    }
    return started;
  }

  // An exception would end the schedule, and with it every timeout.
  private void tick() {
    try {
      shared.encoder().setTime(System.currentTimeMillis());
      connections.sweep(System.nanoTime());
    } catch (RuntimeException e) {
      log.error("the sweep over the connections failed", e);
    }
  }
}
