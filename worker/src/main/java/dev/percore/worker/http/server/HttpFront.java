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
import dev.percore.worker.http.parse.ParserShare;
import dev.percore.worker.http.socket.Acceptor;
import dev.percore.worker.http.socket.ClientSocket;
import dev.percore.worker.http.socket.LoopBuffers;
import dev.percore.worker.http.socket.SocketEvents;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
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

  private static final int IPPROTO_TCP = 6;
  private static final int TCP_KEEPIDLE = 4;
  private static final int TCP_KEEPINTVL = 5;
  private static final int TCP_KEEPCNT = 6;

  private final Shared shared;
  private final Connections connections;
  private final ServerConfig.Listen listen;
  private final ServerConfig.Proxies proxies;
  private volatile @Nullable IoEventLoop loop;
  private volatile @Nullable Future<?> ticks;

  // Of the event loop.
  private @Nullable Peer lastPeer;
  private @Nullable InetAddress lastHost;

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
    var dispatcher = new Dispatcher(router, metrics);
    shared =
        new Shared(
            Shared.Timing.of(config.timeouts()),
            Shared.readAheadMax(config.limits()),
            new ParserShare(config.limits(), budget, dispatcher::streamsBody),
            new Input.Pool(budget),
            new LoopBuffers(),
            new ResponseEncoder(),
            dispatcher,
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
  /// @param loop the one event loop that all connections live on
  public void start(IoEventLoop loop) {
    this.loop = loop;
    ticks = loop.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Makes what accepts from a listening socket. Connections get the options that this one has, see
  /// [#setOptions].
  ///
  /// @param socket listens already and does not block; the acceptor's to close
  Acceptor acceptor(ListenAddress address, Socket socket) {
    return new Acceptor(
        loop(),
        socket,
        address instanceof ListenAddress.Tcp,
        (taken, client) -> accept(address, taken, client));
  }

  /// Serves a connection that was accepted. On the event loop.
  ///
  /// @param descriptor from now on this object's to close; it does not block
  /// @param client its address; null on a Unix socket
  public void accept(
      ListenAddress address, FileDescriptor descriptor, @Nullable InetSocketAddress client) {
    ClientSocket socket = socket(address, descriptor);
    socket.open(events(socket, address, peer(address, client), null));
  }

  /// Goes on with a connection of another worker. On the event loop.
  ///
  /// @param address where it was accepted
  /// @param descriptor from now on this object's to close
  public void takeOver(
      ClientConnection connection, ListenAddress address, FileDescriptor descriptor) {
    InetSocketAddress client = null;
    if (address instanceof ListenAddress.Tcp) {
      var tcp = new Socket(descriptor.intValue());
      client = tcp.remoteAddress();
      try {
        setOptions(address, tcp);
      } catch (IOException gone) {
        log.debug("a connection that was taken over has ended already", gone);
      }
    }
    ClientSocket socket = socket(address, descriptor);
    socket.open(events(socket, address, peer(address, client), connection));
  }

  ClientSocket socket(ListenAddress address, FileDescriptor descriptor) {
    return new ClientSocket(
        loop(), shared.buffers(), descriptor, address instanceof ListenAddress.Tcp);
  }

  SocketEvents events(
      ClientSocket socket, ListenAddress address, Peer peer, @Nullable ClientConnection known) {
    var connection = new HttpConnection(shared, socket, peer, address, known);
    return connection.awaitsProxyHeader()
        ? new ProxyHeader(connection, socket, shared.metrics())
        : connection;
  }

  // Many connections in a row come from one address, such as a proxy's, and can share what is known
  // of it.
  Peer peer(ListenAddress address, @Nullable InetSocketAddress client) {
    if (address instanceof ListenAddress.Unix) {
      return Peer.unix(proxies);
    }
    // No address is known of a client that has already gone.
    InetAddress host = client == null ? null : client.getAddress();
    Peer last = lastPeer;
    if (last == null || host == null || !host.equals(lastHost)) {
      last = Peer.of(host, proxies);
      lastPeer = last;
      lastHost = host;
    }
    return last;
  }

  /// Sets the options of a socket, or of those that are accepted from it.
  void setOptions(ListenAddress address, Socket socket) throws IOException {
    if (address instanceof ListenAddress.Unix) {
      return;
    }
    socket.setTcpNoDelay(listen.tcpNoDelay());
    ServerConfig.KeepAlive keepAlive = listen.keepAlive();
    socket.setKeepAlive(keepAlive != null);
    if (keepAlive != null) {
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, (int) keepAlive.idle().toSeconds());
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL, (int) keepAlive.interval().toSeconds());
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, keepAlive.count());
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
              loop().execute(() -> end(cut, requests));
            });
    return cut.minimalCompletionStage();
  }

  private void end(CompletableFuture<Integer> cut, int requests) {
    shared.buffers().close();
    cut.complete(requests);
  }

  IoEventLoop loop() {
    IoEventLoop started = loop;
    if (started == null) {
      throw new IllegalStateException("the HTTP front was not started");
    }
    return started;
  }

  // An exception would end the schedule, and with it every timeout.
  private void tick() {
    try {
      shared.encoder().setTime(System.currentTimeMillis());
      shared.parsing().heads().forget();
      connections.sweep(System.nanoTime());
    } catch (RuntimeException e) {
      log.error("the sweep over the connections failed", e);
    }
  }
}
