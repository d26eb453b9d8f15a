package dev.percore.master;

import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;
import dev.percore.config.Version;
import dev.percore.master.admin.AdminApi;
import dev.percore.master.admin.StatusView;
import dev.percore.master.admin.WorkersView;
import dev.percore.master.link.WorkerConnections;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.metrics.MasterMetrics;
import dev.percore.master.metrics.MetricsCollector;
import dev.percore.master.service.ServiceManager;
import dev.percore.master.supervise.Launcher;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.SupervisorListener;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Draining;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.ControlMessage.Prepared;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.ControlMessage.StartFailed;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.Signal;
import dev.percore.protocol.WorkerExit;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The master: takes what happens, one event after the other, and keeps the workers as they
/// should be. All of it runs on one event loop, so nothing here needs a lock and nothing may
/// block.
final class Master implements SupervisorListener {
  private static final Logger log = LoggerFactory.getLogger(Master.class);

  /// How often time-outs are looked at. Events act at once and do not wait for it.
  private static final Duration TICK = Duration.ofMillis(100);

  private final LoadedConfig loaded;
  private final ServerConfig config;
  private final EventLoop loop;
  private final ListenSockets sockets;
  private final ServiceManager serviceManager;
  private final Instant startedAt;
  private final Supervisor supervisor;
  private final MasterMetrics metrics;
  private final MetricsCollector collector;
  private final CompletableFuture<ExitCode> exitCode = new CompletableFuture<>();
  private @Nullable InetSocketAddress adminAddress;
  private ExitCode exitCodeWhenStopped = ExitCode.OK;

  Master(
      LoadedConfig loaded,
      EventLoop loop,
      ListenSockets sockets,
      Launcher launcher,
      ServiceManager serviceManager,
      Instant startedAt) {
    this.loaded = loaded;
    this.config = loaded.config();
    this.loop = loop;
    this.sockets = sockets;
    this.serviceManager = serviceManager;
    this.startedAt = startedAt;
    this.supervisor =
        new Supervisor(
            config.workers(),
            config.supervision(),
            launcher,
            this,
            System::nanoTime,
            InstantSource.system());
    this.metrics = new MasterMetrics(supervisor, Version.current());
    this.collector =
        new MetricsCollector(loop, supervisor, metrics, config.admin().scrapeTimeout());
  }

  /// Spawns the workers.
  void start() {
    loop.scheduleAtFixedRate(
        () -> apply(new MasterEvent.Tick()), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Completes with the process's exit code when all is done.
  CompletableFuture<ExitCode> exitCode() {
    return exitCode;
  }

  /// The endpoints that show and steer this master.
  AdminApi adminApi() {
    return new AdminApi(
        this::status,
        () -> WorkersView.of(supervisor.slots()),
        collector,
        mode -> post(new MasterEvent.StopRequested(mode)));
  }

  /// Says where the admin endpoints listen, for the status.
  void adminListensOn(InetSocketAddress address) {
    adminAddress = address;
  }

  /// Whether that process is one of the workers.
  boolean isWorker(long pid) {
    return supervisor.worker(pid).isPresent();
  }

  private StatusView status() {
    int ready = (int) supervisor.slots().stream().filter(Slot::isReady).count();
    String state =
        supervisor.isStopping() ? "stopping" : supervisor.hasServed() ? "running" : "starting";
    InetSocketAddress admin = adminAddress;
    return new StatusView(
        ProcessHandle.current().pid(),
        Version.current(),
        state,
        startedAt.toString(),
        ListenSockets.text(sockets.address()),
        admin == null ? "" : ListenSockets.text(admin),
        config.workers(),
        ready);
  }

  /// Takes an event from any thread.
  void post(MasterEvent event) {
    loop.execute(() -> apply(event));
  }

  private void apply(MasterEvent event) {
    try {
      switch (event) {
        case MasterEvent.WorkerExited(long pid, WorkerExit exit) -> workerExited(pid, exit);
        case MasterEvent.SignalArrived(Signal signal, int sender) -> signalled(signal, sender);
        case MasterEvent.StopRequested(StopMode mode) -> stop(mode);
        case MasterEvent.WorkerAttached(long pid, var link) -> workerAttached(pid, link);
        case MasterEvent.WorkerSaid(long pid, var message) -> workerSaid(pid, message);
        case MasterEvent.WorkerDetached(long pid) ->
            supervisor.worker(pid).ifPresent(supervisor::detached);
        case MasterEvent.Tick() -> supervisor.reconcile();
      }
    } catch (RuntimeException | Error defect) { // an Error too would end the ticks for good
      log.error("a defect while applying {}; the master goes on", event, defect);
    }
  }

  private void signalled(Signal signal, int senderPid) {
    log.info("{} received{}", signal, senderPid > 0 ? " from pid " + senderPid : "");
    switch (signal) {
      case SIGTERM, SIGINT -> stop(StopMode.FAST);
      case SIGQUIT -> stop(StopMode.GRACEFUL);
      case SIGHUP,
          SIGUSR1,
          SIGUSR2,
          SIGWINCH,
          SIGTTIN,
          SIGTTOU,
          SIGILL,
          SIGABRT,
          SIGBUS,
          SIGFPE,
          SIGKILL,
          SIGSEGV,
          SIGPIPE ->
          log.warn("{} has no meaning in this version and is ignored", signal);
    }
  }

  private void stop(StopMode mode) {
    Duration deadline =
        switch (mode) {
          case FAST -> config.shutdown().fast();
          case GRACEFUL -> config.shutdown().graceful();
        };
    log.info(
        "stopping ({}): requests in flight have {} s",
        mode == StopMode.FAST ? "fast" : "graceful",
        deadline.toMillis() / 1000.0);
    serviceManager.stopping();
    sockets.close();
    supervisor.stop(deadline);
  }

  private void workerAttached(long pid, WorkerConnections.Attached link) {
    supervisor
        .worker(pid)
        .ifPresent(
            worker -> {
              if (supervisor.isStopping()) {
                return; // its socket is closed already; it is being ended
              }
              link.send(new Configure(loaded.canonical()));
              link.lend(sockets.socket(worker.slot()));
              supervisor.attached(worker, link);
            });
  }

  private void workerSaid(long pid, ToMaster message) {
    supervisor.worker(pid).ifPresent(worker -> workerSaid(worker, message));
  }

  private void workerSaid(WorkerProcess worker, ToMaster message) {
    switch (message) {
      case Heartbeat heartbeat -> supervisor.heartbeat(worker, heartbeat);
      case Metrics figures -> collector.received(worker, figures);
      case Ready _ -> supervisor.ready(worker);
      case Draining(var deadline) -> supervisor.draining(worker, deadline);
      case StartFailed(String reason) -> log.error("{} cannot start: {}", worker, reason);
      case Prepared _, HandOver _ ->
          log.warn("{} said {}, which nobody asked for", worker, message);
      case Hello _ -> log.warn("{} said hello twice", worker);
    }
  }

  private void workerExited(long pid, WorkerExit exit) {
    supervisor.worker(pid).ifPresent(worker -> supervisor.exited(worker, exit));
  }

  @Override
  public void spawned(WorkerProcess worker) {
    var _ =
        worker.onExit().thenAccept(exit -> post(new MasterEvent.WorkerExited(worker.pid(), exit)));
  }

  @Override
  public void serving() {
    String pids =
        supervisor.slots().stream()
            .flatMap(slot -> slot.process().stream())
            .map(worker -> Long.toString(worker.pid()))
            .collect(Collectors.joining(", "));
    log.info(
        "serving on {} with {} {} (pids {}), started in {} ms",
        ListenSockets.text(sockets.address()),
        config.workers(),
        config.workers() == 1 ? "worker" : "workers",
        pids,
        Duration.between(startedAt, Instant.now()).toMillis());
    serviceManager.ready("serving on " + ListenSockets.text(sockets.address()));
    serviceManager.keepAlive(loop);
  }

  @Override
  public void exited(WorkerProcess worker, WorkerExit exit) {
    metrics.exited(worker, exit);
    collector.exited(worker);
  }

  @Override
  public void startFailed(String reason) {
    log.error("giving up: {}", reason);
    System.err.println("percore: cannot start: " + reason);
    exitCodeWhenStopped = ExitCode.START_FAILED;
  }

  @Override
  public void stopped() {
    log.info("all workers have ended");
    exitCode.complete(exitCodeWhenStopped);
  }
}
