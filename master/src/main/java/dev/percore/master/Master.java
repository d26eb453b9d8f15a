package dev.percore.master;

import dev.percore.config.Version;
import dev.percore.config.net.ListenAddress;
import dev.percore.master.admin.AdminApi;
import dev.percore.master.admin.AdminServer;
import dev.percore.master.admin.Control;
import dev.percore.master.admin.HistoryView;
import dev.percore.master.admin.StatusView;
import dev.percore.master.admin.WorkersView;
import dev.percore.master.evidence.WorkerEvidence;
import dev.percore.master.jobs.JobSettings;
import dev.percore.master.jobs.Jobs;
import dev.percore.master.launch.SharedPoison;
import dev.percore.master.link.Introductions;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.metrics.JobMetrics;
import dev.percore.master.metrics.MasterMetrics;
import dev.percore.master.metrics.MetricsCollector;
import dev.percore.master.poison.PoisonWatch;
import dev.percore.master.reload.Examiner;
import dev.percore.master.reload.ReloadReport;
import dev.percore.master.reload.Reloader;
import dev.percore.master.service.ServiceManager;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.Launcher;
import dev.percore.master.supervise.ProcessUsage;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.SupervisorListener;
import dev.percore.master.supervise.WorkerLink;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.upgrade.Relaunch;
import dev.percore.master.upgrade.Upgrader;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Draining;
import dev.percore.protocol.ControlMessage.HandOver;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.JobAsk;
import dev.percore.protocol.ControlMessage.JobNews;
import dev.percore.protocol.ControlMessage.Lend;
import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.ControlMessage.NotAccepting;
import dev.percore.protocol.ControlMessage.PoolEmpty;
import dev.percore.protocol.ControlMessage.Prepared;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.ControlMessage.Received;
import dev.percore.protocol.ControlMessage.StartFailed;
import dev.percore.protocol.ControlMessage.TakeOver;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.Signal;
import dev.percore.protocol.WorkerExit;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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

  /// A worker that takes its slot has more urgent things to do than to meet its siblings.
  private static final Duration INTRODUCTION_DELAY = Duration.ofMillis(200);

  /// Connections without a worker that wait for one; further ones are closed.
  private static final int ORPHANS_MAX = 10_000;

  /// A client's connection that has no worker at the moment.
  private record Orphan(ClientConnection connection, FileDescriptor descriptor) {}

  private final EventLoop loop;
  private final Environment environment;
  private final ListenSockets sockets;
  private final WorkerEvidence evidence;
  private final ServiceManager serviceManager;
  private final boolean succeeds;
  private final Runnable onServing;
  private final Instant startedAt;
  private final Supervisor supervisor;
  private final MasterMetrics metrics;
  private final MetricsCollector collector;
  private final Reloader reloader;
  private final Upgrader upgrader;
  private final Operations operations;
  private final Jobs jobs;
  private final PoolControl pool;
  private final PoisonWatch poison;
  private final CompletableFuture<ExitCode> exitCode = new CompletableFuture<>();
  private final Deque<Orphan> orphans = new ArrayDeque<>();
  private final Introductions introductions = new Introductions();
  private @Nullable InetSocketAddress adminAddress;
  private ExitCode exitCodeWhenStopped = ExitCode.OK;
  private int heirs;

  /// @param group the one event loop that all of the master runs on
  /// @param succeeds whether another master serves until this one does
  /// @param onServing run when all workers are ready for the first time
  Master(
      Generation first,
      EventLoopGroup group,
      Environment environment,
      Launcher launcher,
      WorkerEvidence evidence,
      SharedPoison sharedPoison,
      AdminServer admin,
      ServiceManager serviceManager,
      Relaunch relaunch,
      boolean succeeds,
      Runnable onServing,
      Instant startedAt) {
    this.loop = group.next();
    this.environment = environment;
    this.succeeds = succeeds;
    this.onServing = onServing;
    this.sockets = environment.sockets();
    this.evidence = evidence;
    this.serviceManager = serviceManager;
    this.startedAt = startedAt;
    this.metrics = new MasterMetrics();
    this.supervisor =
        new Supervisor(
            first,
            launcher,
            this,
            evidence,
            System::nanoTime,
            InstantSource.system(),
            RandomGenerator.getDefault(),
            pid -> ProcessUsage.of(pid).map(ProcessUsage::rssBytes).orElse(0L),
            sockets.slots(),
            succeeds);
    metrics.watch(supervisor);
    this.collector =
        new MetricsCollector(loop, supervisor, metrics, first.config().admin().scrapeTimeout());
    Examiner examiner =
        new Examiner(supervisor, collector, loop, environment.runFolder().canarySocket());
    this.reloader =
        new Reloader(
            first,
            supervisor,
            environment,
            examiner,
            loop,
            environment.offLoop(),
            InstantSource.system(),
            this::reloaded);
    this.upgrader =
        new Upgrader(
            group,
            environment.offLoop(),
            environment.runFolder().upgradeSocket(),
            relaunch,
            this::leaveTo);
    JobMetrics jobMetrics = metrics.jobs();
    this.jobs =
        Jobs.of(
            JobSettings.of(first.config()),
            new ReadyCrew(supervisor),
            jobMetrics,
            jobMetrics::committed,
            loop,
            environment.offLoop());
    jobMetrics.watch(jobs.book());
    this.pool = new PoolControl(supervisor, jobs.book());
    this.poison = new PoisonWatch(sharedPoison, first.config().poison(), System::nanoTime);
    metrics.watch(poison);
    this.operations =
        new Operations(
            supervisor, reloader, upgrader, pool, poison, admin, serviceManager, environment, loop);
  }

  /// Spawns the workers.
  void start() {
    // What nobody waits for comes after that: it has the time that workers need.
    loop.execute(() -> apply(new MasterEvent.Tick()));
    loop.execute(jobs::open);
    loop.execute(() -> metrics.showVersion(Version.current()));
    loop.scheduleAtFixedRate(
        () -> apply(new MasterEvent.Tick()),
        TICK.toMillis(),
        TICK.toMillis(),
        TimeUnit.MILLISECONDS);
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
        operations,
        () -> HistoryView.of(evidence.history()),
        this::dump);
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
    InetSocketAddress admin = adminAddress;
    return new StatusView(
        ProcessHandle.current().pid(),
        Version.current(),
        state(),
        startedAt.toString(),
        sockets.texts().getFirst(),
        sockets.texts(),
        admin == null ? "" : ListenSockets.text(admin),
        supervisor.wanted().size(),
        (int) supervisor.wanted().stream().filter(Slot::isReady).count(),
        reloader.current().number(),
        pool.state().name().toLowerCase(Locale.ROOT),
        reloader.report().orElse(null));
  }

  private String state() {
    if (supervisor.isStopping()) {
      return "stopping";
    }
    if (supervisor.isPaused()) {
      return "paused";
    }
    return supervisor.hasServed() ? "running" : "starting";
  }

  private Optional<CompletionStage<String>> dump(int slot, boolean heap) {
    return supervisor.slots().stream()
        .filter(each -> each.number() == slot)
        .flatMap(each -> each.process().stream())
        .findFirst()
        .map(
            worker ->
                evidence
                    .dump(worker.pid(), heap)
                    .thenApply(text -> worker + ", " + worker.state() + "\n" + text));
  }

  /// Takes an event from any thread.
  void post(MasterEvent event) {
    loop.execute(() -> apply(event));
  }

  private void apply(MasterEvent event) {
    try {
      switch (event) {
        case MasterEvent.WorkerExited(long pid, WorkerExit exit) ->
            supervisor.worker(pid).ifPresent(worker -> supervisor.exited(worker, exit));
        case MasterEvent.SignalArrived(Signal signal, int sender) -> signalled(signal, sender);
        case MasterEvent.StopRequested(StopMode mode) -> operations.stop(mode);
        case MasterEvent.WorkerAttached(long pid, var link) -> workerAttached(pid, link);
        case MasterEvent.WorkerSaid(long pid, var message) -> workerSaid(pid, message);
        case MasterEvent.ConnectionHandedOver(long pid, var connection, var descriptor) ->
            handOver(pid, connection, descriptor);
        case MasterEvent.WorkerLoopEnded(long pid) ->
            supervisor.worker(pid).ifPresent(supervisor::loopEnded);
        case MasterEvent.WorkerDetached(long pid) -> workerDetached(pid);
        case MasterEvent.Tick() -> {
          supervisor.reconcile();
          jobs.tick();
          pool.look();
          poison.look(supervisor.processes());
        }
      }
      reloader.progress();
      adoptOrphans();
    } catch (RuntimeException | Error defect) { // an Error too would end the ticks for good
      log.error("a defect while applying {}; the master goes on", event, defect);
    }
  }

  private void signalled(Signal signal, int senderPid) {
    log.info("{} received{}", signal, senderPid > 0 ? " from pid " + senderPid : "");
    try {
      switch (signal) {
        case SIGTERM, SIGINT -> operations.stop(StopMode.FAST);
        case SIGQUIT -> operations.stop(StopMode.GRACEFUL);
        case SIGHUP -> {
          var _ = operations.reload();
        }
        case SIGUSR2 -> {
          var _ = operations.upgrade();
        }
        case SIGUSR1 -> operations.reopenLogs();
        case SIGWINCH -> operations.drainWorkers();
        case SIGTTIN -> operations.addWorker();
        case SIGTTOU -> operations.removeWorker();
        case SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGPIPE ->
            log.warn("{} has no meaning and is ignored", signal);
      }
    } catch (Control.RefusedException refused) {
      log.error("{} changes nothing: {}", signal, refused.getMessage());
    }
  }

  private void workerAttached(long pid, WorkerLink link) {
    supervisor
        .worker(pid)
        .ifPresent(
            worker -> {
              jobs.attached(pid);
              supervisor.attached(worker, link);
              boolean isServed =
                  supervisor.slots().get(worker.slot()).isReady()
                      || (succeeds && !supervisor.hasServed())
                      || supervisor.standIn(worker.slot()).isPresent();
              worker.tell(new Configure(worker.generation().loaded().canonical(), isServed));
              evidence.whenLoopEnds(pid, () -> post(new MasterEvent.WorkerLoopEnded(pid)));
            });
  }

  private void workerDetached(long pid) {
    Optional<WorkerProcess> worker = supervisor.worker(pid);
    jobs.detached(pid, worker.map(living -> !living.wasToldToEnd()).orElse(true));
    worker.ifPresent(poison::detached);
    worker.ifPresent(supervisor::detached);
  }

  private void workerSaid(long pid, ToMaster message) {
    if (message instanceof JobNews news) {
      jobs.told(news, pid); // also the last words of one that has ended meanwhile
      return;
    }
    supervisor.worker(pid).ifPresent(worker -> workerSaid(worker, message));
  }

  private void workerSaid(WorkerProcess worker, ToMaster message) {
    switch (message) {
      case Heartbeat heartbeat -> supervisor.heartbeat(worker, heartbeat);
      case Metrics figures -> collector.received(worker, figures);
      case Prepared() -> supervisor.prepared(worker);
      case PoolEmpty() -> pool.empty(worker.pid());
      case Ready _ -> {
        supervisor.ready(worker);
        loop.schedule(
            () -> introductions.introduce(worker, supervisor.processes()),
            INTRODUCTION_DELAY.toMillis(),
            TimeUnit.MILLISECONDS);
      }
      case Draining(var deadline) -> supervisor.draining(worker, deadline);
      case NotAccepting() -> supervisor.acceptsNoMore(worker);
      case StartFailed(String reason) -> log.error("{} cannot start: {}", worker, reason);
      case JobAsk ask -> jobs.asked(ask, worker::tell);
      case HandOver _, Hello _, JobNews _, Received _ ->
          log.warn("{} said {} out of turn", worker, message);
    }
  }

  /// Takes a connection that a worker of the old master has handed over. On the event loop.
  void inherit(ClientConnection connection, FileDescriptor descriptor) {
    handOver(0, connection, descriptor);
  }

  // To the worker that serves the same slot now, or else to all in turn, or else to the master that
  // has succeeded this one. Where none is there yet, it waits.
  private void handOver(long pid, ClientConnection connection, FileDescriptor descriptor) {
    Optional<WorkerProcess> heir =
        supervisor
            .worker(pid)
            .flatMap(former -> supervisor.slots().get(former.slot()).serving())
            .or(this::nextHeir);
    if (heir.isPresent()) {
      heir.get()
          .tell(
              new TakeOver(connection),
              descriptor,
              isOnItsWay -> handedOver(isOnItsWay, connection, descriptor));
    } else if (!upgrader.give(connection, descriptor, () -> close(descriptor))) {
      if (supervisor.isStopping() || orphans.size() >= ORPHANS_MAX) {
        close(descriptor);
      } else {
        orphans.add(new Orphan(connection, descriptor));
      }
    }
  }

  private void handedOver(
      boolean isOnItsWay, ClientConnection connection, FileDescriptor descriptor) {
    if (isOnItsWay) {
      close(descriptor);
    } else {
      post(new MasterEvent.ConnectionHandedOver(0, connection, descriptor)); // the heir is gone
    }
  }

  private void adoptOrphans() {
    boolean anyServes = supervisor.wanted().stream().anyMatch(Slot::isReady);
    if (anyServes || supervisor.isStopping()) {
      for (int left = orphans.size(); left > 0; left--) {
        Orphan orphan = orphans.remove();
        handOver(0, orphan.connection(), orphan.descriptor());
      }
    }
  }

  private Optional<WorkerProcess> nextHeir() {
    List<WorkerProcess> serving =
        supervisor.wanted().stream().flatMap(slot -> slot.serving().stream()).toList();
    return serving.isEmpty()
        ? Optional.empty()
        : Optional.of(serving.get(Math.floorMod(heirs++, serving.size())));
  }

  private void reloaded(ReloadReport report) {
    metrics.reloaded(report.state().toString());
    evidence.use(reloader.current().config().bundles());
    poison.use(reloader.current().config().poison());
    jobs.use(JobSettings.of(reloader.current().config()));
  }

  private void leaveTo(long pid) {
    operations.leaveTo(pid);
    jobs.leave();
  }

  private static void close(FileDescriptor descriptor) {
    try {
      descriptor.close();
    } catch (IOException failure) {
      log.warn("a connection cannot be closed: {}", failure.getMessage());
    }
  }

  @Override
  public void slotAdded(Slot slot) {
    metrics.add(slot);
  }

  @Override
  public void spawned(WorkerProcess worker) {
    var _ =
        worker.onExit().thenAccept(exit -> post(new MasterEvent.WorkerExited(worker.pid(), exit)));
  }

  @Override
  public void notSpawned(int slot, Generation generation, String reason) {
    reloader.notSpawned(generation, reason);
  }

  @Override
  public void lend(int slot, WorkerProcess worker) {
    pool.begins(worker);
    Set<String> known =
        worker.generation().config().listen().addresses().stream()
            .map(ListenAddress::name)
            .collect(Collectors.toSet());
    for (ListenSockets.Lent lent : sockets.ofSlot(slot)) {
      // While a reload goes on there are also the addresses of the other configuration.
      if (known.contains(lent.listener())) {
        worker.tell(new Lend(slot, lent.listener()), lent.socket(), _ -> {});
      }
    }
  }

  @Override
  public void serving() {
    String pids =
        supervisor.slots().stream()
            .flatMap(slot -> slot.serving().stream())
            .map(worker -> Long.toString(worker.pid()))
            .collect(Collectors.joining(", "));
    int workers = supervisor.wanted().size();
    log.info(
        "{} with {} {} (pids {}), started in {} ms",
        environment.serving(),
        workers,
        workers == 1 ? "worker" : "workers",
        pids,
        Duration.between(startedAt, Instant.now()).toMillis());
    serviceManager.ready(environment.serving());
    serviceManager.keepAlive(loop);
    onServing.run();
  }

  @Override
  public void exited(WorkerProcess worker, WorkerExit exit) {
    poison.exited(worker, exit);
    jobs.exited(worker.pid(), !worker.wasToldToEnd());
    pool.empty(worker.pid());
    collector.exited(worker);
    reloader.exited(worker, exit);
    var _ = evidence.exited(worker, exit).thenAccept(metrics::exited);
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
    var _ =
        upgrader
            .allGiven()
            .thenCombine(jobs.close(), (_, _) -> exitCode.complete(exitCodeWhenStopped));
  }
}
