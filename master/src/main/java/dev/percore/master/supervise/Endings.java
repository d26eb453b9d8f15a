package dev.percore.master.supervise;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.ControlMessage.Drain;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How workers are brought to an end: told to drain, and killed when their time is over. Confined
/// to the master's event loop.
final class Endings {
  private static final Logger log = LoggerFactory.getLogger(Endings.class);

  /// How long a process may outlive its drain deadline, or the loss of its control connection,
  /// before it is killed.
  static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  /// When a worker is killed although its evidence is not secured.
  static final Duration EVIDENCE_LIMIT = Duration.ofSeconds(6);

  /// The master itself stood still when it has not looked for so long; the silence of workers
  /// tells nothing then.
  static final Duration STANDSTILL = Duration.ofSeconds(1);

  private final Slots slots;
  private final Target target;
  private final Evidence evidence;
  private final LongSupplier nanoTime;
  private @Nullable Long lastLookNanos;

  Endings(Slots slots, Target target, Evidence evidence, LongSupplier nanoTime) {
    this.slots = slots;
    this.target = target;
    this.evidence = evidence;
    this.nanoTime = nanoTime;
  }

  /// Tells a worker to finish what is in flight and to exit.
  ///
  /// @param handOver whether there is another worker for its idle connections
  void drain(WorkerProcess worker, Duration deadline, boolean handOver) {
    long killAt = nanoTime.getAsLong() + deadline.plus(EXIT_GRACE).toNanos();
    if (worker.state() != WorkerState.DRAINING) {
      worker.become(WorkerState.DRAINING);
    }
    if (worker.isAttached()) {
      worker.tell(new Drain(deadline, handOver));
      worker.killAt(killAt, "it did not drain in time");
    } else {
      worker.kill(killAt); // it has no socket yet, so there is nothing to drain
    }
  }

  /// It drains by itself.
  void drains(WorkerProcess worker, Duration deadline) {
    worker.become(WorkerState.DRAINING);
    killAfter(worker, deadline.plus(EXIT_GRACE), "it did not drain in time");
  }

  void killAfter(WorkerProcess worker, Duration time, String reason) {
    worker.killAt(nanoTime.getAsLong() + time.toNanos(), reason);
  }

  /// Kills those whose time is over.
  void endOverdue(long now) {
    for (WorkerProcess worker : slots.processes()) {
      endIfOverdue(worker, now);
    }
  }

  private void endIfOverdue(WorkerProcess worker, long now) {
    ServerConfig.Supervision settings = target.aim().config().supervision();
    if (worker.overdue() == null) {
      if (worker.state() == WorkerState.STARTING
          && worker.age(now).compareTo(settings.bootTimeout()) > 0) {
        worker.killAt(now, "it was not ready within " + Times.text(settings.bootTimeout()));
      } else if ((worker.state() == WorkerState.PREPARED || worker.state() == WorkerState.READY)
          && worker.silence(now).compareTo(settings.heartbeatTimeout()) > 0) {
        worker.killAt(
            now, "it gave no sign of life for " + Times.text(settings.heartbeatTimeout()));
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

  /// Drains workers of slots that are not wanted, workers of a generation that was given up
  /// before they served, and the oldest of too many that drain.
  void retireSurplus() {
    ServerConfig.Reload settings = target.aim().config().reload();
    for (Slot slot : slots.all()) {
      if (!slot.isWanted()) {
        slot.serving().ifPresent(worker -> drain(worker, settings.drain(), true));
      }
      slot.next()
          .filter(next -> !slot.isWanted() || target.isGivenUp(next))
          .ifPresent(next -> drain(next, Duration.ZERO, false));
      List<WorkerProcess> draining = slot.draining();
      for (WorkerProcess oldest :
          draining.subList(0, Math.max(0, draining.size() - settings.maxDraining()))) {
        cut(oldest, draining.size());
      }
    }
  }

  private void cut(WorkerProcess oldest, int drainingCount) {
    long killAt = nanoTime.getAsLong() + EXIT_GRACE.toNanos();
    if (!oldest.isKilledBy(killAt)) {
      log.warn("{} is cut: {} workers of its slot drain", oldest, drainingCount);
      drain(oldest, Duration.ZERO, false);
    }
  }

  /// Forgives the silence of a time in which the master itself did nothing: in a suspended
  /// machine or container, or a long pause of the master, heartbeats may wait in the sockets.
  void forgiveStandstill(long now) {
    Long last = lastLookNanos;
    long gap = last == null ? 0 : now - last;
    if (gap > STANDSTILL.toNanos()) {
      log.warn("the master stood still for {}", Times.text(Duration.ofNanos(gap)));
      slots.processes().forEach(worker -> worker.forgiveSilence(gap, now));
    }
  }

  /// The master has done what it could; the time until the next look counts.
  void lookedAt(long nowNanos) {
    lastLookNanos = nowNanos;
  }
}
