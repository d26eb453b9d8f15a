package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts workers: where one is missing, and beside one that is to be replaced. Confined to the
/// master's event loop.
final class Spawner {
  private static final Logger log = LoggerFactory.getLogger(Spawner.class);

  /// How long the next replacement waits at most for the last one to be over.
  static final Duration HANDING_OVER = Duration.ofSeconds(1);

  private final Slots slots;
  private final Target target;
  private final Launcher launcher;
  private final SupervisorListener listener;
  private final Consumer<String> onHopeless;
  private final InstantSource wallClock;
  private final RandomGenerator random;
  private final boolean gently;
  private final FirstStart firstStart = new FirstStart();
  private boolean ended;
  private @Nullable WorkerProcess lastReplaced;
  private long replacedNanos;

  /// @param gently whether the workers of the first start come one after the other
  /// @param onHopeless told when the first start is given up, and why
  Spawner(
      Slots slots,
      Target target,
      Launcher launcher,
      SupervisorListener listener,
      Consumer<String> onHopeless,
      InstantSource wallClock,
      RandomGenerator random,
      boolean gently) {
    this.slots = slots;
    this.target = target;
    this.launcher = launcher;
    this.listener = listener;
    this.onHopeless = onHopeless;
    this.wallClock = wallClock;
    this.random = random;
    this.gently = gently;
  }

  /// Starts no more workers.
  void end() {
    ended = true;
  }

  FirstStart firstStart() {
    return firstStart;
  }

  /// Starts a worker in each slot that should have one and has none.
  void spawnMissing(long now) {
    for (Slot slot : slots.wanted()) {
      if (!ended
          && mayStart(slot)
          && slot.isDue(now)
          && slot.serving().isEmpty()
          && slot.next().isEmpty()) {
        spawn(slot, target.ofEmpty(slot, slots.wanted()), now);
      }
    }
  }

  // Where others serve, starting all at once would take the cores from them.
  private boolean mayStart(Slot slot) {
    return !anotherMasterServes()
        || slots.wanted().stream()
            .noneMatch(other -> !other.equals(slot) && other.next().isPresent());
  }

  /// A worker has taken its slot, and the one before it drains. The first requests of the one and
  /// the connections that the other hands over want the cores, so no replacement starts meanwhile.
  void tookOver(WorkerProcess before, long now) {
    lastReplaced = before;
    replacedNanos = now;
  }

  private boolean isHandingOver(long now) {
    return lastReplaced != null
        && lastReplaced.state() == WorkerState.DRAINING
        && now - replacedNanos < HANDING_OVER.toNanos();
  }

  /// Starts the next worker beside each that is to be replaced, as the gate allows.
  void spawnReplacements(long now) {
    if (isHandingOver(now)) {
      return;
    }
    for (Slot slot : slots.wanted()) {
      if (slot.next().isEmpty() && slot.isDue(now)) {
        slot.serving()
            .flatMap(worker -> replaceReason(slot, worker))
            .filter(_ -> target.gate().mayPrepare(slot, slots.wanted()))
            .ifPresent(
                reason -> {
                  log.info("worker {} is replaced: {}", slot.number(), reason);
                  spawn(slot, target.aim(), now);
                });
      }
    }
  }

  private Optional<String> replaceReason(Slot slot, WorkerProcess worker) {
    return target.isAim(worker)
        ? slot.replaceReason()
        : Optional.of("generation %d follows".formatted(target.aim().number()));
  }

  private void spawn(Slot slot, Generation generation, long now) {
    try {
      Launcher.Launched launched = launcher.launch(slot.number(), generation, othersServe());
      int jitter = generation.config().worker().maxRequestsJitter();
      var worker =
          new WorkerProcess(
              slot.number(),
              generation,
              jitter == 0 ? 0 : random.nextInt(jitter + 1),
              launched,
              wallClock.instant(),
              now);
      slot.occupy(worker);
      listener.spawned(worker);
    } catch (IOException failure) {
      log.error("cannot start the worker of slot {}: {}", slot.number(), failure.getMessage());
      slot.shortLives(slot.shortLives() + 1);
      slot.spawnAt(now + respawn().delay(slot.shortLives() + 1).toNanos());
      listener.notSpawned(slot.number(), generation, failure.toString());
      firstStart.reasonToGiveUp(slot, failure.toString()).ifPresent(onHopeless);
    }
  }

  private boolean anotherMasterServes() {
    return gently && !firstStart.isOver();
  }

  private boolean othersServe() {
    return anotherMasterServes()
        || slots.processes().stream().anyMatch(worker -> worker.state() == WorkerState.READY);
  }

  /// Decides when a slot gets its next worker after one died.
  ///
  /// @param useful how long the one that died has served
  void scheduleRespawn(Slot slot, WorkerExit exit, Duration useful, long now) {
    RespawnPolicy respawn = respawn();
    slot.shortLives(respawn.shortLives(slot.shortLives(), useful));
    if (exit.status() == WorkerExit.START_FAILED) {
      slot.spawnAt(now + respawn.maxDelay().toNanos());
    } else {
      Duration delay = respawn.delay(slot.shortLives());
      slot.spawnAt(now + delay.toNanos());
      if (slot.isInCrashLoop()) {
        log.error(
            "slot {} is in a crash loop: {} short lives in a row; next start in {}",
            slot.number(),
            slot.shortLives(),
            Times.text(delay));
      }
    }
    firstStart.reasonToGiveUp(slot, exit).ifPresent(onHopeless);
  }

  private RespawnPolicy respawn() {
    return new RespawnPolicy(target.aim().config().supervision());
  }
}
