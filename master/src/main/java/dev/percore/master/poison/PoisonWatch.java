package dev.percore.master.poison;

import dev.percore.config.ServerConfig;
import dev.percore.master.launch.SharedPoison;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.Signal;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.shared.Fingerprint;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.protocol.shared.RunningCall;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blames calls for the deaths of workers, and has those refused that are blamed too often.
///
/// Blamed is what a worker's lane computed when the worker died and nobody had told it to end, or
/// when it is given up since its computation does not end. A call that waited there is not blamed,
/// nor a request that blocks: a worker has many of these, and any of them would be a guess.
///
/// Confined to the master's event loop.
public final class PoisonWatch {
  private static final Logger log = LoggerFactory.getLogger(PoisonWatch.class);

  private final SharedPoison shared;
  private final PoisonTable table;
  private final LongSupplier nanoTime;
  private final Set<Long> blamed = new HashSet<>();
  private ServerConfig.Poison settings;
  private long deaths;

  public PoisonWatch(SharedPoison shared, ServerConfig.Poison settings, LongSupplier nanoTime) {
    this.shared = shared;
    this.table = shared.table();
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /// Keeps to other settings from now on, after a reload.
  public void use(ServerConfig.Poison next) {
    settings = next;
  }

  /// A worker's control connection has closed. If nobody had told it to end it has died, or is
  /// about to, and the sooner that is known the fewer follow it.
  public void detached(WorkerProcess worker) {
    if (!worker.wasToldToEnd()) {
      blame(worker);
    }
  }

  /// A worker has ended.
  public void exited(WorkerProcess worker, WorkerExit exit) {
    if (!worker.wasToldToEnd() || !isOrderly(worker, exit)) {
      blame(worker);
    }
    blamed.remove(worker.pid());
    shared.ended(worker.pid());
  }

  // One that was told to end is cut, too, when its time is over, whatever it computes.
  private static boolean isOrderly(WorkerProcess worker, WorkerExit exit) {
    return worker.isKilled()
        || exit.status() == WorkerExit.OK
        || exit.signal().orElse(0) == Signal.SIGTERM.number();
  }

  /// Looks at the workers that are given up, and lets what is over be forgotten. At each tick.
  public void look(Collection<WorkerProcess> workers) {
    for (WorkerProcess worker : workers) {
      if (worker.killReason() != null && !worker.wasToldToEnd() && isSameCall(worker)) {
        blame(worker);
      }
    }
    table.expire(nanoTime.getAsLong(), settings.window());
  }

  // Of a worker that is given up since its computation has outlived its deadline: one that began
  // later is another one.
  private boolean isSameCall(WorkerProcess worker) {
    long overdueNanos = worker.lastHeartbeat().overdue().toNanos();
    return shared
        .running(worker.pid())
        .filter(call -> nanoTime.getAsLong() - call.startedNanos() >= overdueNanos / 2)
        .isPresent();
  }

  private void blame(WorkerProcess worker) {
    // One death for each worker, though it is looked at more than once.
    if (settings.isOn() && !blamed.contains(worker.pid())) {
      shared.running(worker.pid()).ifPresent(call -> blame(call, worker));
    }
  }

  private void blame(RunningCall call, WorkerProcess worker) {
    blamed.add(worker.pid());
    deaths++;
    PoisonTable.Entry entry =
        table.died(
            call, nanoTime.getAsLong(), settings.deaths(), settings.window(), settings.refuse());
    if (entry.untilNanos() == 0) {
      log.warn(
          "{} computed a call of {} with the fingerprint {} when it came to its end: death {} of"
              + " {}",
          worker,
          call.function(),
          Fingerprint.text(call.fingerprint()),
          entry.deaths(),
          settings.deaths());
    } else {
      log.error(
          "poison: {} computed a call of {} with the fingerprint {} when it came to its end: death"
              + " {} of {}; it is refused for {} s",
          worker,
          call.function(),
          Fingerprint.text(call.fingerprint()),
          entry.deaths(),
          settings.deaths(),
          settings.refuse().toSeconds());
    }
  }

  /// All calls at which workers have died of late.
  public List<PoisonTable.Entry> entries() {
    return table.entries();
  }

  /// How many calls are refused.
  public long marked() {
    long now = nanoTime.getAsLong();
    return table.hasMarked() ? entries().stream().filter(each -> each.isMarked(now)).count() : 0;
  }

  /// Deaths for which a call was blamed.
  public long deaths() {
    return deaths;
  }

  /// Forgets a call, so that it is computed again.
  ///
  /// @return whether it was known
  public boolean forget(long fingerprint) {
    boolean known = table.forget(fingerprint);
    if (known) {
      log.info("the call with the fingerprint {} is forgiven", Fingerprint.text(fingerprint));
    }
    return known;
  }
}
