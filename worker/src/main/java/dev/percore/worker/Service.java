package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.config.Version;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.protocol.shared.LaneBoard;
import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.calc.CalcRoutes;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.Deferral;
import dev.percore.worker.calc.FunctionCalls;
import dev.percore.worker.calc.PoolGate;
import dev.percore.worker.calc.WorkerIdentity;
import dev.percore.worker.calc.map.ChunkCalls;
import dev.percore.worker.calc.map.MapRoutes;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.ComputeMetrics;
import dev.percore.worker.control.Heartbeat;
import dev.percore.worker.files.FileRoute;
import dev.percore.worker.files.StaticFiles;
import dev.percore.worker.handoff.HandOff;
import dev.percore.worker.http.Route;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.limit.ClientLimits;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.server.HttpFront;
import dev.percore.worker.io.BlockingRoutes;
import dev.percore.worker.io.IoMetrics;
import dev.percore.worker.io.IoPool;
import dev.percore.worker.jobs.JobClient;
import dev.percore.worker.jobs.WorkerJobs;
import dev.percore.worker.plugins.Plugins;
import dev.percore.worker.poison.PoisonGuard;
import dev.percore.worker.site.SiteRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What answers requests: the HTTP front with its routes, the pool for handlers that block, and
/// the lane for those that compute.
final class Service implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Service.class);

  /// How late an answer may be that a deadline has passed.
  private static final Duration DEADLINE_CHECK_INTERVAL = Duration.ofMillis(50);

  private final ServerConfig config;
  private final Plugins plugins;
  private final BooleanSupplier ready;
  private final ComputeLane lane;
  private final Catalogue catalogue;
  private final CalcRoutes calc;
  private final PoolGate gate = new PoolGate();
  private final PoisonGuard poison;
  private final @Nullable HandOff handOff;
  private final @Nullable StaticFiles files;
  private final IoPool ioPool;
  private final List<Route> routes;
  private final HttpFront front;
  private final @Nullable WorkerJobs jobs;
  private volatile @Nullable IoEventLoop eventLoop;
  private volatile @Nullable Future<?> deadlineChecks;

  // Of the event loop.
  private @Nullable Runnable whenPoolIsEmpty;

  /// Puts the parts together; nothing runs yet.
  ///
  /// @param ready whether the worker accepts connections, for `/readyz`
  /// @param poison runs the functions
  /// @param placement where it meets other workers; empty if it does not
  /// @param jobClient the way to the jobs; empty where there are none
  /// @throws IOException if the folder of static files cannot be read
  /// @throws IllegalArgumentException if a plugin's handler takes a path of the server itself
  Service(
      int slot,
      ServerConfig config,
      Plugins plugins,
      FamilyRegistry registry,
      AccessLog accessLog,
      Optional<ClientLimits> clientLimits,
      BlackBoxWriter blackBox,
      BooleanSupplier ready,
      PoisonGuard poison,
      Optional<Placement> placement,
      Optional<JobClient> jobClient)
      throws IOException {
    this.config = config;
    this.plugins = plugins;
    this.ready = ready;
    this.poison = poison;
    this.lane =
        new ComputeLane(
            slot,
            config.compute(),
            new ComputeThreadSetup(new OwnCore(slot, config.workers()), config.compute()),
            new ComputeMetrics(registry),
            FatalErrors::end);
    this.catalogue = Catalogue.of(plugins.builtIn(), plugins.added());
    var identity = new WorkerIdentity(slot, ProcessHandle.current().pid());
    var calls = new FunctionCalls(catalogue, identity, poison);
    var chunks = new ChunkCalls(catalogue, poison);
    this.jobs =
        jobClient
            .map(client -> new WorkerJobs(client, lane, calls, config.compute().timeout()))
            .orElse(null);
    Deferral deferral = jobs == null ? Deferral.NONE : jobs.deferral();
    this.calc = new CalcRoutes(catalogue, lane, identity, deferral, gate, poison);
    this.handOff =
        placement
            .map(
                place ->
                    new HandOff(
                        place.loop(),
                        lane,
                        place.board(),
                        place.row(),
                        place.pid(),
                        (call, reply) ->
                            ChunkCalls.isChunk(call)
                                ? chunks.task(call, reply)
                                : calls.ofSibling(call, reply),
                        registry))
            .orElse(null);
    this.ioPool = new IoPool(slot, config.io());
    this.files = staticFiles(config.staticFiles());
    this.routes = List.copyOf(routes(registry));
    this.front =
        new HttpFront(
            config,
            new Router(routes),
            new HttpMetrics(registry),
            accessLog,
            clientLimits,
            blackBox,
            lane.answers()::mayWait);
  }

  private List<Route> routes(MeterRegistry registry) throws IOException {
    var ioMetrics = new IoMetrics(registry);
    ioMetrics.watch(ioPool);
    var blocking = new BlockingRoutes(ioPool, ioMetrics, FatalErrors::end);
    List<Route> routes = new ArrayList<>();
    routes.addAll(new SiteRoutes(Version::current, specs(), ready).routes());
    routes.addAll(calc.routes());
    routes.addAll(
        new MapRoutes(catalogue, lane::submit, this::later, config.workers(), gate, poison)
            .routes());
    if (jobs != null) {
      routes.addAll(jobs.routes());
    }
    if (files != null) {
      routes.add(FileRoute.of(files, blocking.route(files)));
    }
    List<BlockingHandler> handlers = plugins.handlers();
    handlers.forEach(handler -> requireFreePath(handler, routes));
    handlers.forEach(handler -> routes.add(blocking.route(handler)));
    return routes;
  }

  private static @Nullable StaticFiles staticFiles(ServerConfig.StaticFiles settings)
      throws IOException {
    Path root = settings.root();
    return root == null
        ? null
        : new StaticFiles(
            root, settings.path(), settings.index(), settings.cacheBytes(), settings.cacheValid());
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

  /// Starts all parts on the event loop, which no connection has to be there for.
  void start(IoEventLoop loop) {
    if (handOff != null) {
      handOff.start();
    }
    eventLoop = loop;
    lane.start();
    deadlineChecks =
        loop.scheduleWithFixedDelay(
            this::expireOverdue,
            DEADLINE_CHECK_INTERVAL.toMillis(),
            DEADLINE_CHECK_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
    front.start(loop);
  }

  /// Waits until the compute thread is set up.
  void awaitLaneSetup() throws InterruptedException {
    lane.awaitSetup();
  }

  private void later(Runnable action, Duration delay) {
    IoEventLoop loop = eventLoop;
    if (loop == null) {
      throw new IllegalStateException("the service was not started");
    }
    var _ = loop.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  // An exception would end the schedule, and with it every deadline.
  private void expireOverdue() {
    try {
      lane.expireOverdue();
      tellIfPoolIsEmpty();
      if (files != null) {
        files.closeOld();
      }
    } catch (RuntimeException defect) {
      log.error("what is over in time could not be looked at", defect);
    }
  }

  /// Has work accepted, or refused. On the event loop.
  ///
  /// @param whenEmpty run on the event loop when what was accepted before is over, unless the pool
  ///     is opened
  void usePool(PoolState state, Runnable whenEmpty) {
    gate.use(state);
    if (gate.isTerminated()) {
      lane.giveUpAll();
    }
    whenPoolIsEmpty = gate.isClosed() ? whenEmpty : null;
    tellIfPoolIsEmpty();
  }

  private void tellIfPoolIsEmpty() {
    Runnable waiting = whenPoolIsEmpty;
    if (waiting != null && gate.maps() == 0 && lane.isEmpty()) {
      whenPoolIsEmpty = null;
      waiting.run();
    }
  }

  /// Where it meets others.
  ///
  /// @param row of the board, for this service alone
  /// @param pid under which the others know it
  record Placement(IoEventLoop loop, LaneBoard board, int row, long pid) {}

  /// Exchanges tasks with another worker over a connection. On the event loop.
  void meet(int siblingsSlot, long pid, FileDescriptor connection) throws IOException {
    if (handOff == null) {
      connection.close();
    } else {
      handOff.meet(siblingsSlot, pid, connection);
    }
  }

  /// Closes the connections to all others. On the event loop.
  void part() {
    if (handOff != null) {
      handOff.part();
    }
  }

  /// The jobs that are run here and asked for from here; empty where there are none.
  Optional<WorkerJobs> jobs() {
    return Optional.ofNullable(jobs);
  }

  /// Ends when nothing is in flight any more: accepted over the network, taken over, or a job.
  CompletableFuture<Void> drained() {
    CompletableFuture<?> done = CompletableFuture.completedFuture(null);
    return CompletableFuture.allOf(
        front.drained().toCompletableFuture(),
        handOff == null ? done : handOff.leave(),
        jobs == null ? done : jobs.drain());
  }

  /// All that is mounted.
  List<Route> routes() {
    return routes;
  }

  HttpFront front() {
    return front;
  }

  /// What it is busy with. From any thread.
  Heartbeat.Load load() {
    return new Heartbeat.Load(
        front.connections(),
        front.inFlight(),
        lane.queued(),
        lane.running(),
        lane.completed(),
        lane.overdue(),
        front.answered());
  }

  /// Gives up what waits, and has the code of users told to end. Connections stay.
  @Override
  public void close() {
    Future<?> checks = deadlineChecks;
    if (checks != null) {
      checks.cancel(false);
    }
    lane.close();
    ioPool.close();
  }

  /// Waits until the code of users has ended, which would find its handler closed and its classes
  /// gone afterwards.
  ///
  /// @return whether it has
  boolean awaitEnd(Duration limit) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    try {
      boolean poolEnded = ioPool.awaitEnd(limit);
      boolean laneEnded =
          lane.awaitEnd(Duration.ofNanos(Math.max(deadlineNanos - System.nanoTime(), 1)));
      return poolEnded && laneEnded;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
