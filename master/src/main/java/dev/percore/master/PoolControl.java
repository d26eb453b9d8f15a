package dev.percore.master;

import dev.percore.master.admin.Control.RefusedException;
import dev.percore.master.jobs.JobBook;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.protocol.ControlMessage.UsePool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the workers take work, and who waits until they have none. Closed, terminated and joined
/// like Python's `multiprocessing.Pool`, but for its processes, which stay. Confined to the
/// master's event loop.
final class PoolControl {
  private static final Logger log = LoggerFactory.getLogger(PoolControl.class);

  private final Supervisor supervisor;
  private final JobBook jobs;
  private final Set<Long> busy = new HashSet<>();
  private final List<CompletableFuture<Void>> joining = new ArrayList<>();
  private PoolState state = PoolState.OPEN;

  PoolControl(Supervisor supervisor, JobBook jobs) {
    this.supervisor = supervisor;
    this.jobs = jobs;
  }

  PoolState state() {
    return state;
  }

  /// Opens or closes the pool. One that was terminated cannot be closed in a milder way.
  void use(PoolState next) {
    if (state == PoolState.TERMINATED && next == PoolState.CLOSED) {
      return;
    }
    log.info("the pool is {}", next.name().toLowerCase(Locale.ROOT));
    state = next;
    busy.clear();
    jobs.accept(next == PoolState.OPEN, next == PoolState.TERMINATED);
    supervisor.processes().stream().filter(PoolControl::canBeTold).forEach(this::tell);
  }

  /// A worker is about to serve. Before that it has no work, apart from what it is examined by.
  void begins(WorkerProcess worker) {
    if (state != PoolState.OPEN) {
      tell(worker);
    }
  }

  private static boolean canBeTold(WorkerProcess worker) {
    return switch (worker.state()) {
      case PREPARED, READY, DRAINING -> true;
      case STARTING, EXITED -> false;
    };
  }

  private void tell(WorkerProcess worker) {
    worker.tell(new UsePool(state));
    if (state != PoolState.OPEN) {
      busy.add(worker.pid());
    }
  }

  /// A worker has no work (any more), or is gone.
  void empty(long pid) {
    busy.remove(pid);
    look();
  }

  /// Waits until all work is done that was accepted before the pool was closed.
  ///
  /// @return completes on the event loop
  /// @throws RefusedException if the pool is open: there would always be more
  CompletionStage<Void> join() throws RefusedException {
    if (state == PoolState.OPEN) {
      throw new RefusedException("the pool is open; close or terminate it first");
    }
    var joined = new CompletableFuture<Void>();
    joining.add(joined);
    look();
    return joined;
  }

  /// Looks whether who joins can go on. Jobs end without further notice, so it looks at each tick.
  void look() {
    if (!joining.isEmpty() && busy.isEmpty() && jobs.isFinished()) {
      List<CompletableFuture<Void>> done = List.copyOf(joining);
      joining.clear();
      done.forEach(each -> each.complete(null));
    }
  }
}
