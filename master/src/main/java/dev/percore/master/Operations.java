package dev.percore.master;

import dev.percore.config.ServerConfig;
import dev.percore.master.admin.AdminServer;
import dev.percore.master.admin.Control;
import dev.percore.master.listen.ListenException;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.poison.PoisonWatch;
import dev.percore.master.reload.ReloadReport;
import dev.percore.master.reload.Reloader;
import dev.percore.master.service.ServiceManager;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.upgrade.UpgradeReport;
import dev.percore.master.upgrade.Upgrader;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.ControlMessage.ReopenLogs;
import dev.percore.protocol.StartPriority;
import dev.percore.protocol.shared.PoisonTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an operator can ask for, by a signal or over the control socket. Confined to the master's
/// event loop.
final class Operations implements Control {
  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private final Supervisor supervisor;
  private final ListenSockets sockets;
  private final Reloader reloader;
  private final Upgrader upgrader;
  private final PoolControl pool;
  private final PoisonWatch poison;
  private final AdminServer admin;
  private final ServiceManager serviceManager;
  private final Environment environment;
  private final Executor loop;

  Operations(
      Supervisor supervisor,
      Reloader reloader,
      Upgrader upgrader,
      PoolControl pool,
      PoisonWatch poison,
      AdminServer admin,
      ServiceManager serviceManager,
      Environment environment,
      Executor loop) {
    this.supervisor = supervisor;
    this.sockets = environment.sockets();
    this.reloader = reloader;
    this.upgrader = upgrader;
    this.pool = pool;
    this.poison = poison;
    this.admin = admin;
    this.serviceManager = serviceManager;
    this.environment = environment;
    this.loop = loop;
  }

  @Override
  public void stop(StopMode mode) {
    ServerConfig.Shutdown settings = config().shutdown();
    Duration deadline =
        switch (mode) {
          case FAST -> settings.fast();
          case GRACEFUL -> settings.graceful();
        };
    log.info(
        "stopping ({}): requests in flight have {} s",
        mode == StopMode.FAST ? "fast" : "graceful",
        deadline.toMillis() / 1000.0);
    upgrader.abort();
    serviceManager.stopping();
    sockets.close();
    supervisor.stop(deadline);
  }

  @Override
  public CompletionStage<ReloadReport> reload() throws RefusedException {
    refuseWhileStopping();
    if (upgrader.isUnderWay()) {
      throw new RefusedException("an upgrade is under way, and reads the configuration too");
    }
    serviceManager.reloading();
    return reloader.reload().whenComplete((_, _) -> tellServiceManager());
  }

  private void tellServiceManager() {
    if (supervisor.hasServed() && !supervisor.isStopping()) {
      serviceManager.ready(environment.serving());
    }
  }

  @Override
  public CompletionStage<UpgradeReport> upgrade() throws RefusedException {
    refuseWhileStopping();
    if (upgrader.isUnderWay()) {
      throw new RefusedException("an upgrade is under way");
    }
    if (reloader.isUnderWay()) {
      throw new RefusedException("a reload is under way");
    }
    if (ProcessHandle.current().pid() == 1) {
      throw new RefusedException(
          "the first process of a container cannot be succeeded; replace the container");
    }
    return upgrader.upgrade(
        sockets.held(),
        AdminServer.name(config().admin()),
        admin.socket(),
        reloader.current().number(),
        config().worker().startNice());
  }

  /// Leaves, since another master serves.
  void leaveTo(long pid) {
    StartPriority.leave(); // connections that pass through here are idle ones
    serviceManager.mainPid(pid);
    environment.runFolder().cede();
    admin.close();
    sockets.ownFiles(false);
    sockets.close();
    supervisor.leave(config().reload().drain());
  }

  @Override
  public void usePool(PoolState state) {
    pool.use(state);
  }

  @Override
  public CompletionStage<Void> joinPool() throws RefusedException {
    return pool.join();
  }

  @Override
  public List<PoisonTable.Entry> poison() {
    return poison.entries();
  }

  @Override
  public boolean forgetPoison(long fingerprint) {
    return poison.forget(fingerprint);
  }

  @Override
  public void reopenLogs() {
    log.info("reopening the log files");
    List<WorkerProcess> workers =
        supervisor.slots().stream().flatMap(slot -> slot.processes().stream()).toList();
    ServerConfig settings = config();
    environment
        .offLoop()
        .execute(
            () -> {
              environment.openLogs(settings);
              loop.execute(() -> workers.forEach(worker -> worker.tell(new ReopenLogs())));
            });
  }

  @Override
  public void drainWorkers() {
    log.info("draining all workers; the master stays and keeps the sockets");
    reloader.abandon("all workers were told to drain");
    supervisor.pause(config().shutdown().graceful());
  }

  @Override
  public int addWorker() throws RefusedException {
    refuseChanges();
    try {
      sockets.extendTo(supervisor.nextSlot() + 1);
    } catch (ListenException | IllegalStateException failure) {
      throw new RefusedException(String.valueOf(failure.getMessage()));
    }
    int slot = supervisor.add();
    log.info("worker {} is added", slot);
    return slot;
  }

  @Override
  public int removeWorker() throws RefusedException {
    List<Slot> wanted = supervisor.wanted();
    int slot = wanted.getLast().number();
    removeWorker(slot);
    return slot;
  }

  @Override
  public void removeWorker(int number) throws RefusedException {
    refuseChanges();
    Slot slot = wanted(number);
    if (supervisor.wanted().size() == 1) {
      throw new RefusedException("the last worker cannot be removed");
    }
    log.info("worker {} is removed", number);
    supervisor.remove(slot);
  }

  @Override
  public void restartWorker(int number) throws RefusedException {
    refuseChanges();
    supervisor.replace(wanted(number), "asked for");
  }

  private Slot wanted(int number) throws RefusedException {
    return supervisor.wanted().stream()
        .filter(slot -> slot.number() == number)
        .findFirst()
        .orElseThrow(() -> new RefusedException("there is no worker in slot " + number));
  }

  private void refuseWhileStopping() throws RefusedException {
    if (supervisor.isStopping()) {
      throw new RefusedException("the server stops");
    }
  }

  // What is changed then would not reach the new master, or take the sockets from it.
  private void refuseChanges() throws RefusedException {
    refuseWhileStopping();
    if (upgrader.isUnderWay()) {
      throw new RefusedException("an upgrade is under way");
    }
  }

  private ServerConfig config() {
    return reloader.current().config();
  }
}
