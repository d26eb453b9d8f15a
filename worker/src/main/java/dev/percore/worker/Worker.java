package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.config.logging.LogSetup;
import dev.percore.config.logging.ProcessIdentity;
import dev.percore.config.net.ListenAddress;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.NotAccepting;
import dev.percore.protocol.ControlMessage.PoolEmpty;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.ControlMessage.Sibling;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.metrics.FamilyRegistry;
import dev.percore.protocol.shared.BoardLease;
import dev.percore.protocol.shared.LaneBoard;
import dev.percore.protocol.shared.PoisonLease;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.protocol.shared.TableLease;
import dev.percore.worker.calc.ArgumentParser;
import dev.percore.worker.control.Heartbeat;
import dev.percore.worker.control.MasterLink;
import dev.percore.worker.control.Telemetry;
import dev.percore.worker.http.limit.ClientLimits;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.server.Listeners;
import dev.percore.worker.jobs.JobClient;
import dev.percore.worker.plugins.PluginException;
import dev.percore.worker.plugins.Plugins;
import dev.percore.worker.poison.PoisonGuard;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker: an event loop for HTTP, a pool for handlers that block, and a lane for those that
/// compute. It knows how to start and how to end, and nothing of who supervises it.
final class Worker implements MasterLink.Orders, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private static final ServerConfig.AccessLog NO_LOG =
      new ServerConfig.AccessLog(ServerConfig.AccessLogFormat.OFF, null);

  /// How long the code of users may take to heed that it is to end.
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final ServerConfig config;
  private final int slot;
  private final IoEventLoop eventLoop;
  private final MasterLink link;
  private final Telemetry telemetry;
  private final Plugins plugins;
  private final AccessLog accessLog;
  private final Service service;
  private final Listeners listeners;
  private volatile boolean ready;
  private boolean drains; // for the event loop

  /// Puts the parts together; nothing runs yet.
  ///
  /// @throws WorkerStartException if what the operator has put there cannot be served
  static Worker create(
      int slot,
      ServerConfig config,
      IoEventLoopGroup loop,
      MasterLink link,
      BlackBoxWriter blackBox)
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
      IoEventLoopGroup loop,
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
    FamilyRegistry registry = telemetry.registry();
    this.accessLog = new AccessLog(config.accessLog());
    this.service =
        new Service(
            slot,
            config,
            plugins,
            registry,
            accessLog,
            ClientLimits.of(config.clientLimits(), TableLease.ofThisProcess(), registry),
            blackBox,
            () -> ready,
            PoisonGuard.of(config.poison(), PoisonLease.ofThisProcess(), registry),
            placement(eventLoop),
            Optional.of(new JobClient(link::send, eventLoop)));
    service.jobs().ifPresent(jobs -> link.onJobs(jobs.orders(link::sendAndFlush)));
    this.listeners = new Listeners(service.front());
  }

  // Alone, it computes all that it accepts.
  private static Optional<Service.Placement> placement(IoEventLoop loop) {
    Optional<BoardLease> lease = BoardLease.ofThisProcess();
    try {
      return lease.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Service.Placement(
                  loop,
                  LaneBoard.open(lease.get().file()),
                  lease.get().row(),
                  ProcessHandle.current().pid()));
    } catch (IOException failure) {
      log.warn("exchanges no tasks with other workers: {}", failure.getMessage());
      return Optional.empty();
    }
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
    // It writes the thread's nice value too, so before StartPriority changes that.
    eventLoop.submit(new EventLoopSetup()).syncUninterruptibly();
    service.start(eventLoop);
    telemetry.start();
    new Heartbeat(eventLoop, config.supervision().heartbeatInterval(), service::load, link::send)
        .start(telemetry.registry());
  }

  /// Has the event loop stay on the worker's core, now that it is to serve. A start may run
  /// wherever there is room. When it returns the compute thread has its place too.
  void takePlace() throws InterruptedException {
    service.awaitLaneSetup(); // it writes a nice value, so before StartPriority changes that
    if (config.worker().pin()) {
      var core = new OwnCore(slot, config.workers());
      eventLoop.execute(() -> core.bindCallingThread("event loop"));
    }
  }

  /// Gets warm by requests of its own, before clients come.
  ///
  /// @param othersServe whether there is time for it
  void rehearse(boolean othersServe) throws WorkerStartException {
    Duration limit = othersServe ? config.worker().warmUp() : config.worker().firstWarmUp();
    if (!limit.isPositive()) {
      return;
    }
    if (othersServe) {
      ArgumentParser.prepare();
    }
    LaneBoard board = LaneBoard.inMemory(2);
    try (Service stage = stage(board, 0);
        Service sibling = stage(board, 1)) {
      new Rehearsal(
              stage,
              sibling,
              eventLoop,
              limit,
              // The rest is for the start. By numbers, since Duration divides by decimal fractions,
              // of which the JDK makes a table at their first use, in 20 ms.
              Duration.ofMillis(config.supervision().bootTimeout().toMillis() / 2),
              config.listen().addresses().stream().anyMatch(ListenAddress.Tcp.class::isInstance),
              config.limits())
          .run();
    } catch (IOException failure) {
      throw new WorkerStartException(String.valueOf(failure.getMessage()), failure);
    }
  }

  // A registry that nobody asks holds nothing that would have to be closed.
  private Service stage(LaneBoard board, int row) throws IOException {
    FamilyRegistry registry = new FamilyRegistry();
    return new Service(
        slot,
        config,
        plugins,
        registry,
        new AccessLog(NO_LOG),
        Optional.empty(),
        BlackBoxWriter.unread(),
        () -> ready,
        config.poison().isOn()
            ? PoisonGuard.of(PoisonTable.inMemory(1), 0, registry)
            : PoisonGuard.none(),
        Optional.of(new Service.Placement(eventLoop, board, row, Rehearsal.pid(row))),
        Optional.empty());
  }

  @Override
  public void accept(Lend lend, FileDescriptor socket) {
    listeners.add(lend.slot(), address(lend.listener()), socket);
  }

  // A name that the configuration lacks is that of a socket for this worker alone, or of an address
  // that is gone, at which a connection was accepted that goes on.
  private ListenAddress address(String name) {
    return config.listen().addresses().stream()
        .filter(address -> address.name().equals(name))
        .findFirst()
        .orElseGet(() -> Objects.requireNonNull(ListenAddress.parse(name, Path.of("/")), name));
  }

  @Override
  public void serve() {
    if (drains) {
      return; // it was told to meanwhile
    }
    ready = true;
    log.debug("accepts connections");
    telemetry.aside(ArgumentParser::prepare); // without effect where it has rehearsed that
    link.send(new Ready(sinceProcessStart()));
  }

  @Override
  public void giveBack(int ofSlot) {
    listeners.remove(ofSlot);
  }

  // At once, and by no thread that yields: those who asked for a reload may wait for it. Who is
  // refused from now on knows that answers say that they are the last.
  @Override
  public void acceptNoMore(boolean handOver) {
    if (!drains) {
      drains = true;
      ready = false;
      listeners.close();
      if (handOver) {
        service.front().drain(new Successor(link.handOvers()));
      } else {
        service.front().drain();
      }
      link.send(new NotAccepting());
    }
  }

  @Override
  public void takeOver(ClientConnection connection, FileDescriptor descriptor) {
    service.front().takeOver(connection, address(connection.listener()), descriptor);
  }

  @Override
  public void meet(Sibling sibling, FileDescriptor descriptor) {
    try {
      service.meet(sibling.slot(), sibling.pid(), descriptor);
    } catch (IOException failure) {
      log.warn("a connection cannot be closed: {}", failure.getMessage());
    }
  }

  @Override
  public void usePool(PoolState state) {
    service.usePool(state, () -> link.send(new PoolEmpty()));
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

  /// Ends: accepts no more, finishes what is in flight, and cuts what the deadline does not
  /// allow.
  void drain(Drain drain) throws InterruptedException {
    boolean handOver = drain.isHandOver();
    // The master's order has done so already, a signal has not.
    eventLoop.submit(() -> acceptNoMore(handOver)).awaitUninterruptibly();
    var _ = service.drained().whenComplete((_, _) -> drain.finish());
    if (!drain.awaitFinish()) {
      log.warn("the drain deadline has passed; cutting what is left");
    }
    service.close();
    cutConnections();
  }

  @Override
  public void close() {
    service.close();
    if (!service.awaitEnd(FAREWELL)) {
      log.warn("a function or handler runs on although it was told to end");
    }
    plugins.close();
    accessLog.close();
    telemetry.close();
  }

  private void cutConnections() throws InterruptedException {
    try {
      var _ = service.front().close().toCompletableFuture().get();
    } catch (ExecutionException defect) {
      log.error("connections could not be closed in order", defect);
    }
  }
}
