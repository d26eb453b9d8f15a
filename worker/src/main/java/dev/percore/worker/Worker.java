package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.config.Version;
import dev.percore.config.logging.LogSetup;
import dev.percore.config.logging.ProcessIdentity;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.shared.TableLease;
import dev.percore.config.net.ListenAddress;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.calc.CalcRoutes;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.WorkerIdentity;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.ComputeMetrics;
import dev.percore.worker.control.Heartbeat;
import dev.percore.worker.control.MasterLink;
import dev.percore.worker.control.Telemetry;
import dev.percore.worker.files.StaticFiles;
import dev.percore.worker.http.Route;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.limit.ClientLimits;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.server.HttpFront;
import dev.percore.worker.http.server.Listeners;
import dev.percore.worker.io.BlockingRoutes;
import dev.percore.worker.io.IoMetrics;
import dev.percore.worker.io.IoPool;
import dev.percore.worker.plugins.PluginException;
import dev.percore.worker.plugins.Plugins;
import dev.percore.worker.site.SiteRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker: an event loop for HTTP, a pool for handlers that block, and a lane for those that
/// compute. It knows how to start and how to end, and nothing of who supervises it.
final class Worker implements MasterLink.Orders, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /// How late an answer may be that a deadline has passed.
  private static final Duration DEADLINE_CHECK_INTERVAL = Duration.ofMillis(50);

  /// How long the code of users may take to heed that it is to end.
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final ServerConfig config;
  private final int slot;
  private final EventLoop eventLoop;
  private final MasterLink link;
  private final Telemetry telemetry;
  private final Plugins plugins;
  private final ComputeLane lane;
  private final IoPool ioPool;
  private final AccessLog accessLog;
  private final HttpFront front;
  private final Listeners listeners;
  private volatile boolean ready;

  /// Puts the parts together; nothing runs yet.
  ///
  /// @throws WorkerStartException if what the operator has put there cannot be served
  static Worker create(
      int slot, ServerConfig config, EventLoopGroup loop, MasterLink link, BlackBoxWriter blackBox)
      throws WorkerStartException {
    try {
      return new Worker(slot, config, loop, link, Plugins.load(config.pluginsDir()), blackBox);
    } catch (PluginException | IOException | IllegalArgumentException failure) {
      throw new WorkerStartException(String.valueOf(failure.getMessage()), failure);
    }
  }

  private Worker(
      int slot,
      ServerConfig config,
      EventLoopGroup loop,
      MasterLink link,
      Plugins plugins,
      BlackBoxWriter blackBox)
      throws IOException {
    this.config = config;
    this.slot = slot;
    this.eventLoop = loop.next();
    this.link = link;
    this.plugins = plugins;
    this.telemetry = new Telemetry(link);
    MeterRegistry registry = telemetry.registry();
    this.lane =
        new ComputeLane(
            slot,
            config.compute(),
            new ComputeThreadSetup(slot, config.workers(), config.compute()),
            new ComputeMetrics(registry),
            FatalErrors::end);
    this.ioPool = new IoPool(slot, config.io());
    this.accessLog = new AccessLog(config.accessLog());
    var metrics = new HttpMetrics(registry);
    var limits = ClientLimits.of(config.clientLimits(), TableLease.ofThisProcess(), registry);
    this.front =
        new HttpFront(
            config, new Router(routes(slot, registry)), metrics, accessLog, limits, blackBox);
    this.listeners = new Listeners(loop, front);
  }

  private List<Route> routes(int slot, MeterRegistry registry) throws IOException {
    var ioMetrics = new IoMetrics(registry);
    ioMetrics.watch(ioPool);
    var blocking = new BlockingRoutes(ioPool, ioMetrics, FatalErrors::end);
    var identity = new WorkerIdentity(slot, ProcessHandle.current().pid());
    var catalogue = new Catalogue(plugins.functions());
    List<Route> routes = new ArrayList<>();
    routes.addAll(new SiteRoutes(Version.current(), specs(), () -> ready).routes());
    routes.addAll(new CalcRoutes(catalogue, lane, identity).routes());
    ServerConfig.StaticFiles files = config.staticFiles();
    if (files.root() != null) {
      var handler =
          new StaticFiles(files.root(), files.path(), files.index(), InstantSource.system());
      routes.add(blocking.route(handler));
    }
    List<BlockingHandler> handlers = plugins.handlers();
    handlers.forEach(handler -> requireFreePath(handler, routes));
    handlers.forEach(handler -> routes.add(blocking.route(handler)));
    return routes;
  }

  // Among themselves the plugins have no path twice.
  private static void requireFreePath(BlockingHandler handler, List<Route> builtIn) {
    if (builtIn.stream().anyMatch(route -> route.path().equals(handler.path()))) {
      throw new IllegalArgumentException(
          "the plugin handler '%s' (%s) cannot be mounted at %s: the server itself answers there"
              .formatted(handler.name(), handler.getClass().getName(), handler.path()));
    }
  }

  private List<FunctionSpec> specs() {
    return plugins.functions().stream().map(ComputeFunction::spec).toList();
  }

  /// Starts all parts. Connections are accepted when the master has lent sockets.
  ///
  /// @throws WorkerStartException if the access log cannot be written
  void start() throws WorkerStartException {
    try {
      accessLog.start();
    } catch (UncheckedIOException failure) {
      throw new WorkerStartException(String.valueOf(failure.getMessage()), failure);
    }
    lane.start();
    eventLoop.scheduleWithFixedDelay(
        this::expireOverdue,
        DEADLINE_CHECK_INTERVAL.toMillis(),
        DEADLINE_CHECK_INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
    front.start(eventLoop);
    telemetry.start();
    new Heartbeat(eventLoop, config.supervision().heartbeatInterval(), this::load, link::send)
        .start(telemetry.registry());
  }

  @Override
  public void accept(Lend lend, FileDescriptor socket) {
    listeners.add(lend.slot(), address(lend.listener()), socket);
  }

  // A name that the configuration lacks is that of a socket for this worker alone.
  private ListenAddress address(String name) {
    return config.listen().addresses().stream()
        .filter(address -> address.name().equals(name))
        .findFirst()
        .orElseGet(() -> new ListenAddress.Unix(Path.of(name), false));
  }

  @Override
  public void serve() {
    ready = true;
    link.send(new Ready(sinceProcessStart()));
  }

  @Override
  public void giveBack(int ofSlot) {
    listeners.remove(ofSlot);
  }

  @Override
  public void takeOver(ClientConnection connection, FileDescriptor descriptor) {
    throw new IllegalStateException("cannot take over " + connection);
  }

  // Opening files may block, so not on the event loop.
  @Override
  public void reopenLogs() {
    Thread.ofPlatform().name("reopen-logs").daemon().start(this::openLogsAgain);
  }

  private void openLogsAgain() {
    accessLog.reopen();
    try {
      LogSetup.start(config.log(), ProcessIdentity.worker(slot));
    } catch (UncheckedIOException failure) {
      log.error("the log goes on in the old file: {}", failure.getMessage());
    }
  }

  private static Duration sinceProcessStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()))
        .orElse(Duration.ZERO);
  }

  // An exception would end the schedule, and with it every deadline.
  private void expireOverdue() {
    try {
      lane.expireOverdue();
    } catch (RuntimeException defect) {
      log.error("the deadlines of compute tasks could not be looked at", defect);
    }
  }

  /// Ends: accepts no more, finishes what is in flight, and cuts what the deadline does not
  /// allow.
  void drain(Drain drain) throws InterruptedException {
    ready = false;
    listeners.close().awaitUninterruptibly();
    front.drain();
    var _ = front.drained().whenComplete((_, _) -> drain.finish());
    if (!drain.awaitFinish()) {
      log.warn("the drain deadline has passed; cutting what is left");
    }
    lane.close();
    ioPool.close();
    cutConnections();
  }

  @Override
  public void close() {
    lane.close();
    ioPool.close();
    awaitUserCode();
    plugins.close();
    accessLog.close();
    telemetry.close();
  }

  // What still runs would find its handler closed and its classes gone.
  private void awaitUserCode() {
    long deadlineNanos = System.nanoTime() + FAREWELL.toNanos();
    try {
      boolean ended = ioPool.awaitEnd(FAREWELL);
      ended &= lane.awaitEnd(Duration.ofNanos(Math.max(deadlineNanos - System.nanoTime(), 1)));
      if (!ended) {
        log.warn("a function or handler runs on although it was told to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void cutConnections() throws InterruptedException {
    try {
      var _ = front.close().toCompletableFuture().get();
    } catch (ExecutionException defect) {
      log.error("connections could not be closed in order", defect);
    }
  }

  private Heartbeat.Load load() {
    return new Heartbeat.Load(
        front.connections(),
        front.inFlight(),
        lane.queued(),
        lane.running(),
        lane.completed(),
        lane.overdue(),
        front.answered());
  }
}
