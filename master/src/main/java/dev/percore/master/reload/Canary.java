package dev.percore.master.reload;

import dev.percore.config.ServerConfig;
import dev.percore.master.supervise.Gate;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.supervise.WorkerState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The probation of a new generation: its first worker answers the golden requests before it
/// takes its slot, and after each slot that has changed over the new workers are watched for a
/// while before the next follows. Confined to the master's event loop.
final class Canary implements Gate {
  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  private final Generation to;
  private final ServerConfig.Reload settings;
  private final Surroundings surroundings;
  private final LongSupplier nanoTime;
  private final Conduct before;

  private Golden golden = Golden.TO_DO;
  private int changedOver;
  private long watchUntilNanos;
  private @Nullable String failure;

  private enum Golden {
    TO_DO,
    UNDER_WAY,
    PASSED
  }

  /// What it takes to judge workers.
  interface Surroundings {
    /// How the workers that serve now have answered.
    Conduct conduct(Predicate<WorkerProcess> which);

    /// Sends requests to a worker that is prepared, over a socket that nobody else knows.
    ///
    /// @return what was wrong with an answer, if anything was; on the event loop
    CompletionStage<Optional<String>> ask(WorkerProcess worker, List<String> paths);
  }

  Canary(Generation to, Surroundings surroundings, LongSupplier nanoTime) {
    this.to = to;
    this.settings = to.config().reload();
    this.surroundings = surroundings;
    this.nanoTime = nanoTime;
    this.before = surroundings.conduct(_ -> true);
  }

  @Override
  public boolean mayPrepare(Slot slot, List<Slot> slots) {
    // One that has just begun to serve is watched, although #proceed has not seen it yet.
    boolean allSeen = newWorkers(slots).size() <= changedOver;
    return allSeen && !isWatching() && Gate.rolling().mayPrepare(slot, slots);
  }

  @Override
  public boolean mayAdmit(WorkerProcess next, List<Slot> slots) {
    return golden == Golden.PASSED;
  }

  /// Whether the last slot that has changed over is still watched.
  boolean isWatching() {
    return changedOver > 0 && nanoTime.getAsLong() - watchUntilNanos < 0;
  }

  /// Takes the next step, if it is due.
  ///
  /// @return why the new generation is given up, if it is
  Optional<String> proceed(Supervisor supervisor) {
    startGolden(supervisor);
    int serving = newWorkers(supervisor.wanted()).size();
    if (serving > changedOver) {
      watchUntilNanos = nanoTime.getAsLong() + settings.observe().toNanos();
    }
    changedOver = serving;
    if (failure == null && serving > 0) {
      failure = surroundings.conduct(this::isNew).worseThan(before, settings).orElse(null);
    }
    return Optional.ofNullable(failure);
  }

  private void startGolden(Supervisor supervisor) {
    if (golden == Golden.TO_DO) {
      supervisor.wanted().stream()
          .flatMap(slot -> slot.next().stream())
          .filter(worker -> isNew(worker) && worker.state() == WorkerState.PREPARED)
          .findFirst()
          .ifPresent(worker -> ask(worker, supervisor));
    }
  }

  private void ask(WorkerProcess worker, Supervisor supervisor) {
    golden = Golden.UNDER_WAY;
    var _ =
        surroundings
            .ask(worker, settings.golden())
            .thenAccept(
                problem -> {
                  if (problem.isPresent() && worker.wasToldToEnd()) {
                    golden = Golden.TO_DO; // its slot was taken away; another one is asked
                    return;
                  }
                  failure = problem.orElse(failure);
                  if (problem.isEmpty()) {
                    golden = Golden.PASSED;
                    log.info("{} has answered the golden requests", worker);
                    supervisor.reconcile();
                  }
                });
  }

  private List<WorkerProcess> newWorkers(List<Slot> slots) {
    return slots.stream().flatMap(slot -> slot.serving().stream()).filter(this::isNew).toList();
  }

  private boolean isNew(WorkerProcess worker) {
    return worker.generation().equals(to);
  }
}
