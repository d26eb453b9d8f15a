package dev.percore.master.reload;

import dev.percore.config.ConfigException;
import dev.percore.config.ConfigProblem;
import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;
import dev.percore.master.listen.ListenException;
import dev.percore.master.supervise.Gate;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.protocol.WorkerExit;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reloads, one at a time: reads the configuration, has the supervisor aim at a generation that
/// uses it, and watches until every slot has changed over. If a new worker fails before that, it
/// aims at the old generation again. Confined to the master's event loop.
public final class Reloader {
  private static final Logger log = LoggerFactory.getLogger(Reloader.class);

  private final Supervisor supervisor;
  private final Surroundings surroundings;
  private final Examiner examiner;
  private final Executor loop;
  private final Executor offLoop;
  private final InstantSource clock;
  private final Consumer<ReloadReport> onEnd;

  private Generation current;
  private int lastNumber;
  private @Nullable Running running;
  private @Nullable Running waiting;
  private @Nullable ReloadReport last;

  /// A reload that failed was given up before all workers had gone back.
  private boolean goingBack;

  /// What a reload changes beside the workers.
  public interface Surroundings {
    /// Reads and checks the configuration; not on the event loop.
    LoadedConfig load() throws ConfigException;

    /// Listens also where the next configuration wants to, and nowhere less.
    ///
    /// @throws ListenException if an address cannot be listened on; nothing has changed then
    void prepare(ServerConfig present, ServerConfig next) throws ListenException;

    /// Takes a configuration over for good: listens only where it says, and so on.
    void adopt(LoadedConfig loaded);
  }

  /// A reload that goes on.
  private static final class Running {
    private final CompletableFuture<ReloadReport> done = new CompletableFuture<>();
    private ReloadReport report;
    private @Nullable Generation to;
    private @Nullable Canary canary;

    Running(ReloadReport report) {
      this.report = report;
    }
  }

  /// @param loop the master's event loop
  /// @param offLoop where files may be read
  /// @param onEnd told of each reload that is over
  public Reloader(
      Generation first,
      Supervisor supervisor,
      Surroundings surroundings,
      Examiner examiner,
      Executor loop,
      Executor offLoop,
      InstantSource clock,
      Consumer<ReloadReport> onEnd) {
    this.current = first;
    this.lastNumber = first.number();
    this.supervisor = supervisor;
    this.surroundings = surroundings;
    this.examiner = examiner;
    this.loop = loop;
    this.offLoop = offLoop;
    this.clock = clock;
    this.onEnd = onEnd;
  }

  /// The generation in force.
  public Generation current() {
    return current;
  }

  /// The reload that goes on, or else the last one.
  public Optional<ReloadReport> report() {
    return Optional.ofNullable(running == null ? last : running.report);
  }

  /// Reloads, after the reload that goes on if there is one. All who ask while one goes on share
  /// the next.
  ///
  /// @return completes on the event loop when it is over
  public CompletionStage<ReloadReport> reload() {
    if (running != null && running.report.state() == ReloadReport.State.ROLLING_BACK) {
      // Perhaps it can never be completed, and the next configuration is the cure.
      end(running, ReloadReport.State.FAILED, running.report.message() + "; another one follows");
      goingBack = true;
    }
    if (running != null) {
      if (waiting == null) {
        waiting = new Running(begun());
      }
      return waiting.done.minimalCompletionStage();
    }
    Running next = new Running(begun());
    start(next);
    return next.done.minimalCompletionStage();
  }

  private ReloadReport begun() {
    return new ReloadReport(
        ReloadReport.State.LOADING,
        0,
        "",
        clock.instant().toString(),
        "",
        "reads the configuration",
        List.of(),
        List.of());
  }

  private void start(Running reload) {
    running = reload;
    log.info("reloading the configuration");
    offLoop.execute(
        () -> {
          try {
            LoadedConfig loaded = surroundings.load();
            loop.execute(() -> loaded(reload, loaded));
          } catch (ConfigException invalid) {
            loop.execute(() -> invalid(reload, invalid));
          } catch (RuntimeException failure) {
            log.error("the configuration could not be read", failure);
            loop.execute(() -> end(reload, ReloadReport.State.FAILED, failure.toString()));
          }
        });
  }

  private void invalid(Running reload, ConfigException invalid) {
    List<String> problems = invalid.problems().stream().map(ConfigProblem::toString).toList();
    problems.forEach(problem -> log.error("reload: {}", problem));
    ReloadReport report = reload.report;
    reload.report =
        new ReloadReport(
            report.state(), 0, "", report.started(), "", report.message(), problems, List.of());
    end(
        reload,
        ReloadReport.State.INVALID,
        "the configuration has problems, and nothing was changed");
  }

  private void loaded(Running reload, LoadedConfig read) {
    if (supervisor.isStopping()) {
      end(reload, ReloadReport.State.FAILED, "the server stops");
      return;
    }
    List<String> kept = read.fixedChanges(current.loaded());
    kept.forEach(
        key -> log.warn("reload: {} keeps its value; a change takes a restart or an upgrade", key));
    LoadedConfig next = read.keepingFixed(current.loaded());
    try {
      surroundings.prepare(current.config(), next.config());
    } catch (ListenException failure) {
      end(reload, ReloadReport.State.FAILED, String.valueOf(failure.getMessage()));
      return;
    }
    // Somebody has to accept from the sockets of further workers, before those are there.
    supervisor.ensureSlots(next.config().workers());
    Generation to = new Generation(++lastNumber, next);
    ServerConfig.ReloadStrategy strategy = next.config().reload().strategy();
    reload.to = to;
    reload.report =
        new ReloadReport(
            ReloadReport.State.REPLACING,
            to.number(),
            strategy.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            reload.report.started(),
            "",
            "replaces the workers",
            List.of(),
            kept);
    supervisor.changeOver(to, gate(reload, to));
  }

  private Gate gate(Running reload, Generation to) {
    return switch (to.config().reload().strategy()) {
      case ROLLING -> Gate.rolling();
      case BLUE_GREEN -> Gate.blueGreen(to);
      case CANARY -> {
        Canary canary = new Canary(to, examiner, System::nanoTime);
        reload.canary = canary;
        yield canary;
      }
    };
  }

  /// A worker process has ended. If it is of the new generation and was not told to, the reload
  /// has failed.
  public void exited(WorkerProcess worker, WorkerExit exit) {
    if (!worker.wasToldToEnd()) {
      fail(worker.generation(), "a worker of the new configuration ended: " + exit.describe());
    }
  }

  /// A worker process could not be created.
  public void notSpawned(Generation generation, String reason) {
    fail(generation, "a worker of the new configuration could not be started: " + reason);
  }

  private void fail(Generation generation, String reason) {
    Running reload = running;
    if (reload != null
        && reload.report.state() == ReloadReport.State.REPLACING
        && generation.equals(reload.to)) {
      rollBack(reload, reason);
    }
  }

  private void rollBack(Running reload, String reason) {
    log.error("reload: {}; going back", reason);
    reload.report = with(reload.report, ReloadReport.State.ROLLING_BACK, "", reason);
    supervisor.changeOver(current, Gate.rolling());
  }

  /// Looks whether the reload is over. Call it after each event.
  public void progress() {
    Running reload = running;
    if (reload == null || reload.to == null) {
      completeGoingBack();
      return;
    }
    Canary canary = reload.canary;
    if (canary != null && reload.report.state() == ReloadReport.State.REPLACING) {
      canary.proceed(supervisor).ifPresent(reason -> rollBack(reload, reason));
    }
    if (supervisor.isStopping()) {
      end(reload, ReloadReport.State.FAILED, "the server stops");
    } else if (supervisor.isSettled() && !isWatching(reload)) {
      supervisor.settle();
      if (reload.report.state() == ReloadReport.State.ROLLING_BACK) {
        surroundings.adopt(current.loaded());
        end(reload, ReloadReport.State.ROLLED_BACK, reload.report.message());
      } else {
        current = reload.to;
        goingBack = false;
        surroundings.adopt(current.loaded());
        supervisor.resize(current.config().workers());
        end(reload, ReloadReport.State.SUCCEEDED, "all workers have the new configuration");
      }
    }
  }

  private void completeGoingBack() {
    if (goingBack && supervisor.isSettled()) {
      goingBack = false;
      supervisor.settle();
      surroundings.adopt(current.loaded());
    }
  }

  /// Gives up the reload that goes on, since all workers are drained.
  public void abandon(String reason) {
    Running reload = running;
    if (reload != null && reload.to != null) {
      supervisor.changeOver(current, Gate.rolling());
      goingBack = true;
      end(reload, ReloadReport.State.FAILED, reason);
    }
  }

  /// Whether a reload goes on.
  public boolean isUnderWay() {
    return running != null;
  }

  private static boolean isWatching(Running reload) {
    Canary canary = reload.canary;
    return canary != null
        && reload.report.state() == ReloadReport.State.REPLACING
        && canary.isWatching();
  }

  private void end(Running reload, ReloadReport.State state, String message) {
    reload.report = with(reload.report, state, clock.instant().toString(), message);
    log.info("reload {}: {}", state, message);
    running = null;
    last = reload.report;
    onEnd.accept(reload.report);
    reload.done.complete(reload.report);
    Running next = waiting;
    if (next != null) {
      waiting = null;
      start(next);
    }
  }

  private static ReloadReport with(
      ReloadReport report, ReloadReport.State state, String ended, String message) {
    return new ReloadReport(
        state,
        report.generation(),
        report.strategy(),
        report.started(),
        ended,
        message,
        report.problems(),
        report.kept());
  }
}
