package dev.percore.master.supervise;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.Serve;
import dev.percore.protocol.WorkerExit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one worker that serves in each slot, of the generation that is aimed at, until it is
/// told to stop.
///
/// A state machine without threads or timers of its own: events go in through its methods, all on
/// the master's event loop, and after each of them [#reconcile] compares what is with what is
/// wanted. A reload, another number of workers, a worker that has served long enough: each only
/// changes what is wanted. Time comes from the clock given, so that tests own it.
public final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private final SupervisorListener listener;
  private final LongSupplier nanoTime;
  private final Target target;
  private final Slots slots;
  private final StandIns standIns;
  private final Spawner spawner;
  private final Endings endings;
  private final Recycler recycler;
  private boolean paused;
  private boolean stopping;
  private boolean stopped;

  /// @param random for the jitter of recycling
  /// @param rssBytes resident memory of a process by its pid, 0 if it is not known
  /// @param succeeds whether another master serves until this one does
  /// @param slotsWithSockets how many slots have sockets, each of which somebody has to serve
  public Supervisor(
      Generation first,
      Launcher launcher,
      SupervisorListener listener,
      Evidence evidence,
      LongSupplier nanoTime,
      InstantSource wallClock,
      RandomGenerator random,
      LongUnaryOperator rssBytes,
      int slotsWithSockets,
      boolean succeeds) {
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.target = new Target(first);
    this.slots = new Slots(listener::slotAdded);
    this.standIns = new StandIns(listener::lend);
    this.spawner =
        new Spawner(slots, target, launcher, listener, this::giveUp, wallClock, random, succeeds);
    this.endings = new Endings(slots, target, evidence, nanoTime);
    this.recycler = new Recycler(slots, target, evidence, rssBytes);
    slots.resize(slotsWithSockets, nanoTime.getAsLong());
    slots.resize(first.config().workers(), nanoTime.getAsLong());
  }

  /// All slots, by number, also those that are not wanted any more.
  public List<Slot> slots() {
    return slots.all();
  }

  /// The slots that should have a worker.
  public List<Slot> wanted() {
    return slots.wanted();
  }

  /// The worker that accepts connections for a slot whose own cannot.
  public Optional<WorkerProcess> standIn(int slot) {
    return standIns.of(slot);
  }

  /// Whether a stop has begun.
  public boolean isStopping() {
    return stopping;
  }

  /// Whether there was a moment at which all workers were ready.
  public boolean hasServed() {
    return spawner.firstStart().isOver();
  }

  /// Whether all workers were drained and none is started.
  public boolean isPaused() {
    return paused;
  }

  /// Whether every slot is served by the generation aimed at, and by no other any more, and nothing
  /// is about to change.
  public boolean isSettled() {
    return slots.wanted().stream()
            .allMatch(
                slot -> slot.next().isEmpty() && slot.serving().filter(target::isAim).isPresent())
        && slots.processes().stream().noneMatch(this::mayAcceptYet);
  }

  // One that gives no sign of life is not waited for, since nobody knows whether it comes back.
  private boolean mayAcceptYet(WorkerProcess worker) {
    Duration limit = target.aim().config().supervision().heartbeatTimeout();
    return worker.mayAcceptYet() && worker.silence(nanoTime.getAsLong()).compareTo(limit) <= 0;
  }

  /// A worker that drains accepts no connections any more.
  public void acceptsNoMore(WorkerProcess worker) {
    worker.acceptsNoMore();
  }

  /// The worker with that process id, if it is one of ours and lives.
  public Optional<WorkerProcess> worker(long pid) {
    return processes().stream().filter(worker -> worker.pid() == pid).findFirst();
  }

  /// All workers that live, those included that drain or are about to take over.
  public List<WorkerProcess> processes() {
    return slots.processes();
  }

  /// A worker has connected and can be talked to.
  public void attached(WorkerProcess worker, WorkerLink link) {
    worker.attach(link, nanoTime.getAsLong());
  }

  /// A worker drains by itself, because somebody sent it a signal. It is replaced at once.
  ///
  /// @param deadline how long its requests in flight may take
  public void draining(WorkerProcess worker, Duration deadline) {
    if (worker.state() == WorkerState.READY || worker.state() == WorkerState.PREPARED) {
      endings.drains(worker, deadline);
      log.warn("{} was told to end by a signal of its own; it drains", worker);
      reconcile();
    }
  }

  /// A worker is warm and waits for its sockets.
  public void prepared(WorkerProcess worker) {
    if (worker.state() == WorkerState.STARTING) {
      worker.become(WorkerState.PREPARED);
      reconcile();
    }
  }

  /// A worker accepts connections. Those that it replaces drain.
  public void ready(WorkerProcess worker) {
    if (worker.state() != WorkerState.PREPARED) {
      return; // it was told to drain while its message was on the way
    }
    long now = nanoTime.getAsLong();
    Slot slot = slots.get(worker.slot());
    for (WorkerProcess before : slot.changeOver(worker)) {
      endings.drain(before, target.aim().config().reload().drain(), true);
      spawner.tookOver(before, now);
    }
    log.debug("{} is ready after {}", worker, Times.text(worker.age(now)));
    if (spawner.firstStart().isOver()) {
      log.info("{} took over slot {}", worker, worker.slot());
    }
    reconcile();
  }

  /// A worker shows that its event loop turns.
  public void heartbeat(WorkerProcess worker, Heartbeat heartbeat) {
    worker.heartbeat(heartbeat, nanoTime.getAsLong());
  }

  /// A worker's event loop has ended, so it accepts nothing any more. Its process may take tens of
  /// milliseconds more to end, for which clients need not wait.
  public void loopEnded(WorkerProcess worker) {
    worker.loseLink();
    bringInStandIns(nanoTime.getAsLong());
  }

  /// A worker's control connection has closed; it must end soon now. One that was told to end has
  /// the time that it was given for all that it does: its JVM may have a recording or a cache to
  /// write.
  public void detached(WorkerProcess worker) {
    if (!worker.wasToldToEnd()) {
      endings.killAfter(worker, Endings.EXIT_GRACE, "it closed its control connection");
    }
    worker.loseLink();
    reconcile(); // most likely it has died, and this is the first that is seen of it
  }

  /// A worker process has ended.
  public void exited(WorkerProcess worker, WorkerExit exit) {
    long now = nanoTime.getAsLong();
    WorkerState before = worker.state();
    worker.become(WorkerState.EXITED);
    Duration lived = worker.age(now);
    Slot slot = slots.get(worker.slot());
    slot.vacate(worker, exit);
    bringInStandIns(now); // before all else, since clients wait in the queue of its socket
    if (before == WorkerState.DRAINING) {
      log.info("{} exited: {}, after {}", worker, exit.describe(), Times.text(lived));
    } else {
      log.warn("{} died: {}, {}, after {}", worker, exit.describe(), before, Times.text(lived));
      // However long a boot took: a worker that never got ready was of no use.
      Duration useful = worker.hasServed() ? lived : Duration.ZERO;
      spawner.scheduleRespawn(slot, exit, useful, now);
    }
    listener.exited(worker, exit);
    reconcile();
  }

  /// Aims at another generation: from now on the workers are replaced, as the gate allows, and
  /// whatever delay a failed start has brought is over.
  public void changeOver(Generation to, Gate by) {
    long now = nanoTime.getAsLong();
    target.changeOver(to, by);
    slots.all().forEach(slot -> slot.spawnAt(now));
    paused = false;
    reconcile();
  }

  /// Takes the generation aimed at for one that works: also a slot that has not changed over yet,
  /// or lost its worker, gets it.
  public void settle() {
    target.settle();
    reconcile();
  }

  /// Has at least so many slots, of which those that are new are not wanted: a stand-in serves
  /// their sockets.
  public void ensureSlots(int count) {
    slots.ensure(count, nanoTime.getAsLong());
    reconcile();
  }

  /// Sets the number of workers, at least 1.
  public void resize(int workers) {
    slots.resize(workers, nanoTime.getAsLong());
    reconcile();
  }

  /// The number of the slot that [#add] would give a worker.
  ///
  /// @throws IllegalStateException if there are as many workers as there can be
  public int nextSlot() {
    return slots.next();
  }

  /// Adds a worker and returns its slot's number.
  public int add() {
    paused = false;
    int number = slots.add(nanoTime.getAsLong());
    reconcile();
    return number;
  }

  /// Wants no worker in a slot any more. The one that is there drains, and a stand-in accepts
  /// from its sockets from now on.
  public void remove(Slot slot) {
    slot.want(false);
    reconcile();
  }

  /// Replaces a worker by one of the same kind.
  public void replace(Slot slot, String reason) {
    slot.replaceBecause(reason);
    reconcile();
  }

  /// Drains all workers and starts none until [#changeOver] or [#add]. Connections wait in the
  /// queues of the sockets.
  public void pause(Duration deadline) {
    paused = true;
    drainAll(deadline, false);
  }

  /// Drains all workers and spawns no more. Calling it again can only bring the end nearer.
  ///
  /// @param deadline what a worker has not finished by then is cut
  public void stop(Duration deadline) {
    end(deadline, false);
  }

  /// Like [#stop], for a master whose successor serves already: idle connections are handed over.
  public void leave(Duration deadline) {
    end(deadline, true);
  }

  private void end(Duration deadline, boolean handOver) {
    stopping = true;
    spawner.end();
    drainAll(deadline, handOver);
  }

  private void drainAll(Duration deadline, boolean handOver) {
    for (WorkerProcess worker : slots.processes()) {
      endings.drain(worker, deadline, handOver);
    }
    reconcile();
  }

  /// Brings what is nearer to what is wanted. Call it after each event and every now and then.
  public void reconcile() {
    long now = nanoTime.getAsLong();
    endings.forgiveStandstill(now);
    endings.endOverdue(now);
    if (stopping) {
      completeStop();
    } else {
      completeFirstStart();
      endings.retireSurplus();
      bringInStandIns(now);
      if (!paused) {
        recycler.recycle(now);
        admitPrepared();
        spawner.spawnMissing(now);
        spawner.spawnReplacements(now);
      }
    }
    endings.lookedAt(nanoTime.getAsLong()); // spawning takes its time too
  }

  private void bringInStandIns(long now) {
    if (!stopping) {
      standIns.reconcile(slots.all(), worker -> isLively(worker, now));
    }
  }

  private void completeFirstStart() {
    boolean allReady = slots.wanted().stream().allMatch(Slot::isReady);
    if (!spawner.firstStart().isOver() && allReady) {
      spawner.firstStart().succeeded();
      listener.serving();
    }
  }

  private void completeStop() {
    if (!stopped && slots.processes().isEmpty()) {
      stopped = true;
      listener.stopped();
    }
  }

  private boolean isLively(WorkerProcess worker, long now) {
    ServerConfig.Supervision settings = target.aim().config().supervision();
    // Not multiplied, for which Duration has the JDK make tables of decimal fractions, in 20 ms.
    Duration twice = settings.heartbeatInterval().plus(settings.heartbeatInterval());
    Duration silence = worker.silence(now);
    if (worker.hasLostLink()) {
      return false;
    }
    return silence.compareTo(settings.adoptAfter()) <= 0 || silence.compareTo(twice) <= 0;
  }

  private void admitPrepared() {
    for (Slot slot : slots.wanted()) {
      slot.next()
          .filter(next -> next.state() == WorkerState.PREPARED && !next.isAdmitted())
          .filter(next -> slot.serving().isEmpty() || target.gate().mayAdmit(next, slots.wanted()))
          .ifPresent(this::admit);
    }
  }

  private void admit(WorkerProcess worker) {
    worker.admit();
    listener.lend(worker.slot(), worker);
    worker.tell(new Serve());
  }

  private void giveUp(String reason) {
    if (!stopping) {
      listener.startFailed(reason);
      stop(Duration.ZERO);
    }
  }
}
