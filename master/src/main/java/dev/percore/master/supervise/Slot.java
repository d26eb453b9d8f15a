package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place for one worker that serves: it keeps its number, its sockets and its history while
/// processes come and go. While one is replaced there are two of them or more: the next one
/// starts, the one before drains. Confined to the master's event loop.
public final class Slot {
  private final int number;
  private final List<WorkerProcess> processes = new ArrayList<>();
  private boolean wanted = true;
  private @Nullable String replaceReason;
  private @Nullable Generation lastServed;
  private @Nullable WorkerExit lastExit;
  private long spawns;
  private int shortLives;
  private long spawnAtNanos;

  Slot(int number, long nowNanos) {
    this.number = number;
    this.spawnAtNanos = nowNanos;
  }

  public int number() {
    return number;
  }

  /// Whether there should be a worker here. The sockets of a slot that is not wanted any more are
  /// served by a stand-in.
  public boolean isWanted() {
    return wanted;
  }

  /// All processes, the oldest first.
  public List<WorkerProcess> processes() {
    return List.copyOf(processes);
  }

  /// The worker that accepts connections.
  public Optional<WorkerProcess> serving() {
    return processes.stream().filter(p -> p.state() == WorkerState.READY).findFirst();
  }

  /// The worker that is about to.
  public Optional<WorkerProcess> next() {
    return processes.stream()
        .filter(p -> p.state() == WorkerState.STARTING || p.state() == WorkerState.PREPARED)
        .findFirst();
  }

  /// Workers that finish what is in flight, the oldest first.
  public List<WorkerProcess> draining() {
    return processes.stream().filter(p -> p.state() == WorkerState.DRAINING).toList();
  }

  /// The worker of the day: the one that serves, or else the next one, or the last that drains.
  public Optional<WorkerProcess> process() {
    return serving().or(this::next).or(() -> draining().reversed().stream().findFirst());
  }

  /// The generation that served here last.
  Optional<Generation> lastServed() {
    return Optional.ofNullable(lastServed);
  }

  /// How the last worker of this slot ended, if one did.
  public Optional<WorkerExit> lastExit() {
    return Optional.ofNullable(lastExit);
  }

  /// Workers started here beyond the first.
  public long restarts() {
    return Math.max(spawns - 1, 0);
  }

  /// Whether the slot has a worker that accepts connections.
  public boolean isReady() {
    return serving().isPresent();
  }

  /// Whether its workers die again and again shortly after their start.
  public boolean isInCrashLoop() {
    return shortLives > 1;
  }

  /// Its worker has lived long enough: whatever happened before is over.
  void recovered() {
    shortLives = 0;
  }

  int shortLives() {
    return shortLives;
  }

  void want(boolean worker) {
    wanted = worker;
  }

  /// Why the worker that serves is to be replaced by one of the same kind, if it is.
  Optional<String> replaceReason() {
    return Optional.ofNullable(replaceReason);
  }

  void replaceBecause(String reason) {
    replaceReason = reason;
  }

  /// Whether a process may be started now, for which there is no other reason to wait.
  boolean isDue(long nowNanos) {
    return nowNanos - spawnAtNanos >= 0;
  }

  void occupy(WorkerProcess spawned) {
    processes.add(spawned);
    spawns++;
  }

  /// The next worker has begun to serve.
  ///
  /// @return those that served before
  List<WorkerProcess> changeOver(WorkerProcess next) {
    replaceReason = null;
    lastServed = next.generation();
    List<WorkerProcess> before =
        processes.stream().filter(p -> p.state() == WorkerState.READY).toList();
    next.become(WorkerState.READY);
    return before;
  }

  void vacate(WorkerProcess ended, WorkerExit exit) {
    processes.remove(ended);
    lastExit = exit;
  }

  void shortLives(int count) {
    shortLives = count;
  }

  void spawnAt(long nanos) {
    spawnAtNanos = nanos;
  }
}
