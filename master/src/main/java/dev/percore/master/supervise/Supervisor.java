package dev.percore.master.supervise;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.ControlMessage.Drain;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.WorkerExit;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one living worker in each slot, until it is told to stop.
///
/// A state machine without threads or timers of its own: events go in through its methods, all on
/// the master's event loop, and after each of them [#reconcile] compares what is with what is
/// wanted. Time comes from the clock given, so that tests own it.
public final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /// In a first start, a slot that failed so often is a reason to give up.
  static final int FIRST_START_ATTEMPTS = 3;

  /// How long a process may outlive its drain deadline, or the loss of its control connection,
  /// before it is killed.
  static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  /// When a worker is killed although its evidence is not secured.
  static final Duration EVIDENCE_LIMIT = Duration.ofSeconds(6);

  /// The master itself stood still when it has not reconciled for so long; the silence of workers
  /// tells nothing then.
  static final Duration STANDSTILL = Duration.ofSeconds(1);

  private final ServerConfig.Supervision settings;
  private final Launcher launcher;
  private final RespawnPolicy respawn;
  private final SupervisorListener listener;
  private final Evidence evidence;
  private final LongSupplier nanoTime;
  private final InstantSource wallClock;
  private final List<Slot> slots = new ArrayList<>();
  private final int generation = 1;

  private @Nullable Long lastReconcileNanos;
  private boolean served;
  private boolean stopping;
  private boolean stopped;

  public Supervisor(
      int workers,
      ServerConfig.Supervision settings,
      Launcher launcher,
      SupervisorListener listener,
      Evidence evidence,
      LongSupplier nanoTime,
      InstantSource wallClock) {
    this.settings = settings;
    this.launcher = launcher;
    this.respawn = new RespawnPolicy(settings);
    this.listener = listener;
    this.evidence = evidence;
    this.nanoTime = nanoTime;
    this.wallClock = wallClock;
    for (int number = 0; number < workers; number++) {
      slots.add(new Slot(number, nanoTime.getAsLong()));
    }
  }

  /// All slots, by number.
  public List<Slot> slots() {
    return List.copyOf(slots);
  }

  /// Whether a stop has begun.
  public boolean isStopping() {
    return stopping;
  }

  /// Whether there was a moment at which all workers were ready.
  public boolean hasServed() {
    return served;
  }

  /// The worker with that process id, if it is one of ours and lives.
  public Optional<WorkerProcess> worker(long pid) {
    return slots.stream()
        .flatMap(slot -> slot.process().stream())
        .filter(worker -> worker.pid() == pid)
        .findFirst();
  }

  /// A worker has connected and can be talked to.
  public void attached(WorkerProcess worker, WorkerLink link) {
    worker.attach(link, nanoTime.getAsLong());
  }

  /// A worker drains by itself, because somebody sent it a signal. It will be replaced.
  ///
  /// @param deadline how long its requests in flight may take
  public void draining(WorkerProcess worker, Duration deadline) {
    if (worker.state() == WorkerState.READY) {
      worker.become(WorkerState.DRAINING);
      worker.killAt(
          nanoTime.getAsLong() + deadline.plus(EXIT_GRACE).toNanos(), "it did not drain in time");
      log.warn("{} was told to end by a signal of its own; it drains", worker);
    }
  }

  /// A worker accepts connections.
  public void ready(WorkerProcess worker) {
    if (worker.state() != WorkerState.STARTING) {
      return; // it was told to drain while its message was on the way
    }
    worker.become(WorkerState.READY);
    log.debug("{} is ready after {}", worker, text(worker.age(nanoTime.getAsLong())));
    if (served) {
      log.info("{} took over slot {}", worker, worker.slot());
    } else if (slots.stream().allMatch(Slot::isReady)) {
      served = true;
      listener.serving();
    }
  }

  /// A worker shows that its event loop turns.
  public void heartbeat(WorkerProcess worker, Heartbeat heartbeat) {
    worker.heartbeat(heartbeat, nanoTime.getAsLong());
  }

  /// A worker's control connection has closed; it must end soon now.
  public void detached(WorkerProcess worker) {
    worker.killAt(nanoTime.getAsLong() + EXIT_GRACE.toNanos(), "it closed its control connection");
  }

  /// A worker process has ended.
  public void exited(WorkerProcess worker, WorkerExit exit) {
    long now = nanoTime.getAsLong();
    boolean expected = worker.state() == WorkerState.DRAINING;
    WorkerState before = worker.state();
    worker.become(WorkerState.EXITED);
    Duration lived = worker.age(now);
    Slot slot = slots.get(worker.slot());
    // However long a boot took: a worker that never got ready was of no use.
    Duration useful = before == WorkerState.STARTING ? Duration.ZERO : lived;
    slot.vacate(exit, respawn.shortLives(slot.shortLives(), useful));
    listener.exited(worker, exit);
    if (expected) {
      log.info("{} exited: {}, after {}", worker, exit.describe(), text(lived));
    } else {
      log.warn("{} died: {}, {}, after {}", worker, exit.describe(), before, text(lived));
      scheduleRespawn(slot, exit, now);
    }
    reconcile();
  }

  /// Drains all workers and spawns no more. Calling it again can only bring the end nearer.
  ///
  /// @param deadline what a worker has not finished by then is cut
  public void stop(Duration deadline) {
    stopping = true;
    long killAt = nanoTime.getAsLong() + deadline.plus(EXIT_GRACE).toNanos();
    for (Slot slot : slots) {
      slot.process().ifPresent(worker -> drain(worker, deadline, killAt));
    }
    reconcile();
  }

  /// Brings what is nearer to what is wanted. Call it after each event and every now and then.
  public void reconcile() {
    long now = nanoTime.getAsLong();
    forgiveStandstill(now);
    endOverdue(now);
    if (!stopping) {
      spawnMissing(now);
    } else if (!stopped && slots.stream().allMatch(slot -> slot.process().isEmpty())) {
      stopped = true;
      listener.stopped();
    }
    lastReconcileNanos = nanoTime.getAsLong(); // spawning takes its time too
  }

  // A suspended machine or container, a long pause of the master: heartbeats may wait in the
  // sockets.
  private void forgiveStandstill(long now) {
    Long last = lastReconcileNanos;
    long gap = last == null ? 0 : now - last;
    if (gap > STANDSTILL.toNanos()) {
      log.warn("the master stood still for {}", text(Duration.ofNanos(gap)));
      for (Slot slot : slots) {
        slot.process().ifPresent(worker -> worker.forgiveSilence(gap, now));
      }
    }
  }

  private void drain(WorkerProcess worker, Duration deadline, long killAt) {
    if (worker.state() != WorkerState.DRAINING) {
      worker.become(WorkerState.DRAINING);
    }
    if (worker.isAttached()) {
      worker.tell(new Drain(deadline, false));
      worker.killAt(killAt, "it did not drain in time");
    } else {
      worker.kill(killAt); // it has no socket yet, so there is nothing to drain
    }
  }

  private void endOverdue(long now) {
    for (Slot slot : slots) {
      slot.process().ifPresent(worker -> endIfOverdue(worker, now));
    }
  }

  private void endIfOverdue(WorkerProcess worker, long now) {
    if (worker.overdue() == null) {
      if (worker.state() == WorkerState.STARTING
          && worker.age(now).compareTo(settings.bootTimeout()) > 0) {
        worker.killAt(now, "it was not ready within " + text(settings.bootTimeout()));
      } else if (worker.state() == WorkerState.READY
          && worker.silence(now).compareTo(settings.heartbeatTimeout()) > 0) {
        worker.killAt(now, "it gave no sign of life for " + text(settings.heartbeatTimeout()));
      }
    }
    WorkerProcess.Overdue overdue = worker.overdue();
    if (overdue != null && now - overdue.atNanos() >= 0) {
      log.warn("killing {}: {}", worker, overdue.reason());
      end(worker, overdue.reason(), now);
    }
  }

  private void end(WorkerProcess worker, String reason, long now) {
    boolean first = worker.killReason() == null;
    if (first) {
      worker.condemn(reason, now + EVIDENCE_LIMIT.toNanos());
    }
    if (first && worker.state() != WorkerState.DRAINING) {
      var _ = evidence.beforeKill(worker, reason).thenRun(() -> kill(worker));
    } else {
      kill(worker);
    }
  }

  private void kill(WorkerProcess worker) {
    if (worker.state() != WorkerState.EXITED) {
      worker.kill(nanoTime.getAsLong() + EXIT_GRACE.toNanos());
    }
  }

  private void spawnMissing(long now) {
    for (Slot slot : slots) {
      if (!stopping && slot.isDue(now)) {
        spawn(slot, now);
      }
    }
  }

  private void spawn(Slot slot, long now) {
    try {
      Launcher.Launched launched = launcher.launch(slot.number(), generation);
      var worker = new WorkerProcess(slot.number(), generation, launched, wallClock.instant(), now);
      slot.occupy(worker);
      listener.spawned(worker);
    } catch (IOException failure) {
      log.error("cannot start the worker of slot {}: {}", slot.number(), failure.getMessage());
      slot.spawnFailed();
      slot.spawnAt(now + respawn.delay(slot.shortLives() + 1).toNanos());
      giveUpFirstStart(slot, failure.toString());
    }
  }

  private void scheduleRespawn(Slot slot, WorkerExit exit, long now) {
    if (exit.status() == WorkerExit.START_FAILED) {
      if (!served) {
        failFirstStart("worker " + slot.number() + " cannot start; its log line says why");
        return;
      }
      slot.spawnAt(now + respawn.maxDelay().toNanos());
      return;
    }
    Duration delay = respawn.delay(slot.shortLives());
    slot.spawnAt(now + delay.toNanos());
    if (slot.shortLives() > 1) {
      log.error(
          "slot {} is in a crash loop: {} short lives in a row; next start in {}",
          slot.number(),
          slot.shortLives(),
          text(delay));
    }
    giveUpFirstStart(slot, exit.describe());
  }

  private void giveUpFirstStart(Slot slot, String lastReason) {
    if (!served && slot.shortLives() >= FIRST_START_ATTEMPTS) {
      failFirstStart(
          "worker %d failed %d times before it was ready, at last with %s"
              .formatted(slot.number(), slot.shortLives(), lastReason));
    }
  }

  private void failFirstStart(String reason) {
    if (!stopping) {
      listener.startFailed(reason);
      stop(Duration.ZERO);
    }
  }

  private static String text(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }
}
