package dev.percore.master;

import dev.percore.config.ServerConfig;
import dev.percore.config.logging.LogSetup;
import dev.percore.config.logging.ProcessIdentity;
import dev.percore.master.admin.Control;
import dev.percore.master.listen.ListenException;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.reload.ReloadReport;
import dev.percore.master.reload.Reloader;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.protocol.ControlMessage.ReopenLogs;
import java.io.UncheckedIOException;
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
  private final Executor offLoop;

  Operations(Supervisor supervisor, ListenSockets sockets, Reloader reloader, Executor offLoop) {
    this.supervisor = supervisor;
    this.sockets = sockets;
    this.reloader = reloader;
    this.offLoop = offLoop;
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
    sockets.close();
    supervisor.stop(deadline);
  }

  @Override
  public CompletionStage<ReloadReport> reload() {
    return reloader.reload();
  }

  @Override
  public void reopenLogs() {
    log.info("reopening the log files");
    for (Slot slot : supervisor.slots()) {
      slot.processes().forEach(worker -> worker.tell(new ReopenLogs()));
    }
    ServerConfig.Log settings = config().log();
    offLoop.execute(() -> startLog(settings));
  }

  /// Writes the master's log as the settings say. May block.
  static void startLog(ServerConfig.Log settings) {
    try {
      LogSetup.start(settings, ProcessIdentity.master());
    } catch (UncheckedIOException failure) {
      log.error("the log goes on as before: {}", failure.getMessage());
    }
  }

  @Override
  public void drainWorkers() {
    log.info("draining all workers; the master stays and keeps the sockets");
    supervisor.pause(config().shutdown().graceful());
  }

  @Override
  public int addWorker() throws RefusedException {
    refuseWhileStopping();
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
    refuseWhileStopping();
    Slot slot = wanted(number);
    if (supervisor.wanted().size() == 1) {
      throw new RefusedException("the last worker cannot be removed");
    }
    log.info("worker {} is removed", number);
    supervisor.remove(slot);
  }

  @Override
  public void restartWorker(int number) throws RefusedException {
    refuseWhileStopping();
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

  private ServerConfig config() {
    return reloader.current().config();
  }
}
