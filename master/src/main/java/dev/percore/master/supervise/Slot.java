package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place for one worker: it keeps its number, its socket and its history while processes come
/// and go. Confined to the master's event loop.
public final class Slot {
  private final int number;
  private @Nullable WorkerProcess process;
  private @Nullable WorkerExit lastExit;
  private long restarts;
  private int shortLives;
  private long spawnAtNanos;
  private boolean everSpawned;

  Slot(int number, long nowNanos) {
    this.number = number;
    this.spawnAtNanos = nowNanos;
  }

  public int number() {
    return number;
  }

  /// The worker of the day, unless the slot is empty at the moment.
  public Optional<WorkerProcess> process() {
    return Optional.ofNullable(process);
  }

  /// How the last worker of this slot ended, if one did.
  public Optional<WorkerExit> lastExit() {
    return Optional.ofNullable(lastExit);
  }

  /// Workers started here beyond the first.
  public long restarts() {
    return restarts;
  }

  /// Whether the slot has a worker that accepts connections.
  public boolean isReady() {
    WorkerProcess present = process;
    return present != null && present.state() == WorkerState.READY;
  }

  int shortLives() {
    return shortLives;
  }

  boolean isDue(long nowNanos) {
    return process == null && nowNanos - spawnAtNanos >= 0;
  }

  void occupy(WorkerProcess spawned) {
    process = spawned;
    if (everSpawned) {
      restarts++;
    }
    everSpawned = true;
  }

  void vacate(WorkerExit exit, int shortLivesNow) {
    process = null;
    lastExit = exit;
    shortLives = shortLivesNow;
  }

  void spawnAt(long nanos) {
    spawnAtNanos = nanos;
  }

  /// A spawn that failed counts as a short life.
  void spawnFailed() {
    shortLives++;
  }
}
