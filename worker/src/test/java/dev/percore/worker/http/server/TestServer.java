package dev.percore.worker.http.server;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.ListenAddress;
import dev.percore.config.net.TrustedProxies;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import dev.percore.protocol.shared.LimitTable;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.Handler;
import dev.percore.worker.http.LazyAnswers;
import dev.percore.worker.http.Route;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.StreamingHandler;
import dev.percore.worker.http.limit.ClientLimits;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.parse.MemoryBudget;
import dev.percore.worker.http.socket.Acceptor;
import dev.percore.worker.http.socket.ClientSocket;
import dev.percore.worker.http.socket.SocketEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A front with a real socket, on a free port of the loopback interface.
final class TestServer implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int SMALL_BUFFER_BYTES = 16 * 1024;

  final HttpFront front;
  final FamilyRegistry registry = new FamilyRegistry();

  /// Exchanges of `/held` and `/lines`, which the test answers.
  final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();

  /// Clients that have sent all they will, as the server knows.
  final AtomicInteger endedInputs = new AtomicInteger();

  private final MemoryBudget budget;
  private final IoEventLoopGroup group;
  private final AccessLog accessLog;
  private final Acceptor acceptor;
  private final int port;

  private TestServer(Builder builder) {
    ServerConfig config = builder.config();
    List<Route> routes = new ArrayList<>(builder.routes);
    routes.add(get("quick", "/quick", e -> e.respond(Response.text(200, "quick"))));
    routes.add(get("who", "/who", e -> e.respond(Response.text(200, e.request().remoteAddress()))));
    routes.add(get("held", "/held", held::add));
    routes.add(
        new Route(
            "echo",
            "/echo",
            Set.of("POST"),
            e -> e.respond(Response.of(200, "application/octet-stream", e.request().body()))));
    routes.add(new Route("lines", "/lines", Set.of("POST"), new Lines()));
    accessLog = new AccessLog(config.accessLog());
    accessLog.start();
    budget = new MemoryBudget(builder.budgetBytes);
    front =
        new HttpFront(
            config,
            new Router(routes),
            new HttpMetrics(registry),
            accessLog,
            builder.clientLimits(registry),
            BlackBoxWriter.unread(),
            budget,
            LazyAnswers.NONE);
    group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    front.start(group.next());
    ListenAddress address = config.listen().addresses().getFirst();
    LinuxSocket listener = listen(builder.smallSendBuffers);
    port = Objects.requireNonNull(listener.localAddress()).getPort();
    acceptor = onLoop(() -> accept(address, listener));
  }

  private Acceptor accept(ListenAddress address, LinuxSocket listener) throws IOException {
    front.setOptions(address, listener);
    var accepting =
        new Acceptor(
            group.next(),
            listener,
            true,
            (descriptor, client) -> {
              ClientSocket socket = front.socket(address, descriptor);
              socket.open(
                  new EndOfInput(front.events(socket, address, front.peer(address, client), null)));
            });
    accepting.start();
    return accepting;
  }

  // Connections inherit the size.
  private static LinuxSocket listen(boolean smallSendBuffers) {
    LinuxSocket socket = LinuxSocket.newSocketStream(false);
    try {
      if (smallSendBuffers) {
        socket.setSendBufferSize(SMALL_BUFFER_BYTES);
      }
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      socket.listen(128);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Does something on the event loop.
  <T> T onLoop(Callable<T> action) {
    return group.next().submit(action).syncUninterruptibly().getNow();
  }

  // Counts after the front has been told.
  private final class EndOfInput implements SocketEvents {
    private final SocketEvents front;

    EndOfInput(SocketEvents front) {
      this.front = front;
    }

    @Override
    public void opened() {
      front.opened();
    }

    @Override
    public void received(ByteBuf data) {
      front.received(data);
    }

    @Override
    public void receivedAll() {
      front.receivedAll();
    }

    @Override
    public void writable() {
      front.writable();
    }

    @Override
    public void inputEnded() {
      front.inputEnded();
      endedInputs.incrementAndGet();
    }

    @Override
    public void broke(Throwable cause) {
      front.broke(cause);
    }

    @Override
    public void closed() {
      front.closed();
    }
  }

  /// Takes the lines of bodies while they arrive; its exchanges are answered by the test.
  private final class Lines implements StreamingHandler {
    @Override
    public boolean streams(Request request) {
      return true;
    }

    @Override
    public void handle(Exchange exchange) {
      held.add(exchange);
    }
  }

  static Builder with() {
    return new Builder();
  }

  static TestServer started() {
    return with().start();
  }

  static Route get(String label, String path, Handler handler) {
    return new Route(label, path, Set.of("GET"), handler);
  }

  Client connect() {
    return new Client(port);
  }

  /// A client whose socket holds little before it is read.
  Client connectWithSmallBuffer() {
    return new Client(port, SMALL_BUFFER_BYTES);
  }

  /// The next exchange of `/held` or `/lines`.
  Exchange takeHeld() {
    try {
      Exchange exchange = held.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (exchange == null) {
        throw new AssertionError("no request came that is held");
      }
      return exchange;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The value of a sample, or 0; by name and labels as the Prometheus text format has them.
  double metric(String sample) {
    Map<String, Double> values = new HashMap<>();
    for (MetricFamily family : registry.read()) {
      family.samples().forEach(one -> put(family, one, values));
    }
    return values.getOrDefault(sample, 0.0);
  }

  private static void put(MetricFamily family, Sample sample, Map<String, Double> values) {
    switch (sample) {
      case Sample.Value(Labels labels, double value) -> {
        String end = family.type() == MetricFamily.Type.COUNTER ? "_total" : "";
        values.put(family.name() + end + text(labels), value);
      }
      case Sample.Summary summary ->
          values.put(family.name() + "_count" + text(summary.labels()), (double) summary.count());
      case Sample.Histogram histogram -> {
        double upToHere = 0;
        for (int i = 0; i < histogram.counts().size(); i++) {
          upToHere += histogram.counts().get(i);
          Labels labels = histogram.labels().with("le", "" + histogram.upperBounds().get(i));
          values.put(family.name() + "_bucket" + text(labels), upToHere);
        }
        values.put(family.name() + "_count" + text(histogram.labels()), upToHere);
      }
    }
  }

  private static String text(Labels labels) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < labels.names().size(); i++) {
      pairs.add("%s=\"%s\"".formatted(labels.names().get(i), labels.values().get(i)));
    }
    return pairs.isEmpty() ? "" : "{" + String.join(",", pairs) + "}";
  }

  /// Drains and returns when the event loop knows it, so that what a test sends next comes after.
  void drain() {
    front.drain();
    group.next().submit(() -> {}).syncUninterruptibly();
  }

  /// How much memory the requests hold, as the event loop knows it.
  long heldBytes() {
    return group.next().submit(budget::heldBytes).syncUninterruptibly().getNow();
  }

  IoEventLoop loop() {
    return group.next();
  }

  @Override
  public void close() {
    loop().submit(acceptor::close).syncUninterruptibly();
    front.close().toCompletableFuture().join();
    accessLog.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /// Settings of the server.
  static final class Builder {
    private final List<Route> routes = new ArrayList<>();
    private ServerConfig.Limits limits = new ServerConfig.Limits(1000, 4000, 20, 10_000, 100, 0);
    private Duration header = Duration.ofSeconds(30);
    private Duration body = Duration.ofSeconds(30);
    private Duration idle = Duration.ofSeconds(30);
    private Duration write = Duration.ofSeconds(30);
    private boolean proxyProtocol;
    private ServerConfig.Proxies proxies =
        new ServerConfig.Proxies(TrustedProxies.NONE, ServerConfig.ForwardedField.X_FORWARDED_FOR);
    private ServerConfig.@Nullable KeepAlive keepAlive;
    private long budgetBytes = Long.MAX_VALUE;
    private boolean smallSendBuffers;
    private ServerConfig.ClientLimits clientLimits =
        new ServerConfig.ClientLimits(null, 0, 0, null, 0, false, 64, List.of());
    private LimitTable limitTable = LimitTable.inMemory(64, 8);
    private int limitColumn;
    private ServerConfig.AccessLog accessLog =
        new ServerConfig.AccessLog(ServerConfig.AccessLogFormat.OFF, null);

    Builder route(Route route) {
      routes.add(route);
      return this;
    }

    Builder connections(int most) {
      limits = new ServerConfig.Limits(1000, 4000, 20, 10_000, most, 0);
      return this;
    }

    Builder requestsPerConnection(int most) {
      limits = new ServerConfig.Limits(1000, 4000, 20, 10_000, 100, most);
      return this;
    }

    Builder bodyLimit(int bytes) {
      limits = new ServerConfig.Limits(1000, 4000, 20, bytes, 100, 0);
      return this;
    }

    Builder headerTimeout(Duration timeout) {
      header = timeout;
      return this;
    }

    Builder bodyTimeout(Duration timeout) {
      body = timeout;
      return this;
    }

    Builder idleTimeout(Duration timeout) {
      idle = timeout;
      return this;
    }

    Builder writeTimeout(Duration timeout) {
      write = timeout;
      return this;
    }

    Builder memoryBudget(long bytes) {
      budgetBytes = bytes;
      return this;
    }

    /// Lets the sockets hold little that the client has not taken.
    Builder smallSendBuffers() {
      smallSendBuffers = true;
      return this;
    }

    /// Has connections begin with a PROXY header.
    Builder proxyProtocol() {
      proxyProtocol = true;
      return this;
    }

    Builder trust(ServerConfig.ForwardedField field, String... trusted) {
      proxies = new ServerConfig.Proxies(TrustedProxies.of(List.of(trusted)), field);
      return this;
    }

    Builder keepAlive(ServerConfig.KeepAlive probes) {
      keepAlive = probes;
      return this;
    }

    Builder accessLog(ServerConfig.AccessLogFormat format, @Nullable Path file) {
      accessLog = new ServerConfig.AccessLog(format, file);
      return this;
    }

    Builder clientLimits(ServerConfig.ClientLimits limits) {
      clientLimits = limits;
      return this;
    }

    /// Lets it share what it knows of clients with other servers.
    Builder limitTable(LimitTable table, int column) {
      limitTable = table;
      limitColumn = column;
      return this;
    }

    private Optional<ClientLimits> clientLimits(MeterRegistry registry) {
      return clientLimits.isOn()
          ? Optional.of(new ClientLimits(clientLimits, limitTable, limitColumn, registry))
          : Optional.empty();
    }

    TestServer start() {
      return new TestServer(this);
    }

    private ServerConfig.Listen listen() {
      return new ServerConfig.Listen(
          "127.0.0.1",
          0,
          true,
          128,
          proxyProtocol,
          List.of(),
          true,
          0,
          false,
          keepAlive,
          PosixFilePermissions.fromString("rw-------"));
    }

    private ServerConfig config() {
      Duration unused = Duration.ofSeconds(1);
      return new ServerConfig(
          1,
          listen(),
          new ServerConfig.Admin("127.0.0.1", 0, true, unused, unused),
          Path.of("run"),
          Path.of("plugins"),
          new ServerConfig.WorkerProcess(
              1, List.of(), Duration.ZERO, Duration.ZERO, 0, false, 0, 0, Duration.ZERO, 0),
          new ServerConfig.Io(1, 1),
          new ServerConfig.Compute(1, unused, 0, false, unused),
          new ServerConfig.Jobs(Path.of("jobs"), 1, 1, unused, 1, 1),
          new ServerConfig.Poison(0, unused, unused),
          new ServerConfig.Webhooks(List.of(), null, false, unused, 1, unused, unused, 1, 1),
          limits,
          new ServerConfig.Timeouts(header, body, idle, write),
          new ServerConfig.Shutdown(unused, unused),
          new ServerConfig.Reload(
              ServerConfig.ReloadStrategy.ROLLING, unused, 1, List.of(), unused, 0, 0),
          new ServerConfig.Supervision(
              unused, unused, unused, unused, unused, unused, unused, unused, 0),
          clientLimits,
          proxies,
          new ServerConfig.Bundles(Path.of("bundles"), 1, 1, false, false),
          new ServerConfig.Privileges(null, null, 0027),
          new ServerConfig.Log(ServerConfig.LogLevel.INFO, ServerConfig.LogFormat.TEXT, null),
          accessLog,
          new ServerConfig.StaticFiles(null, "/files/", "index.html", 0, Duration.ZERO));
    }
  }
}
