package dev.percore.master.supervise;

import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.WorkerExit;
import io.netty.channel.unix.FileDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The handle of one worker process: what the master knows of it. It decides nothing; the
/// [Supervisor] does. Confined to the master's event loop.
public final class WorkerProcess {
  private static final Heartbeat NONE_YET =
      new Heartbeat(Duration.ZERO, 0, 0, 0, 0, 0, Duration.ZERO, 0);

  private final int slot;
  private final Generation generation;
  private final int extraRequests;
  private final Launcher.Launched launched;
  private final Instant startedAt;
  private final long startedNanos;

  private WorkerState state = WorkerState.STARTING;
  private boolean admitted;
  private boolean told;
  private boolean served;
  private boolean accepting = true;
  private boolean introduced;
  private WorkerState stateBefore = WorkerState.STARTING;
  private @Nullable String killReason;
  private boolean killed;
  private Heartbeat lastHeartbeat = NONE_YET;
  private long lastSignNanos;
  private @Nullable WorkerLink link;
  private boolean lostLink;
  private @Nullable Overdue overdue;

  /// When a process is killed unless it has ended by then, and why.
  record Overdue(long atNanos, String reason) {}

  WorkerProcess(
      int slot,
      Generation generation,
      int extraRequests,
      Launcher.Launched launched,
      Instant startedAt,
      long nowNanos) {
    this.slot = slot;
    this.generation = generation;
    this.extraRequests = extraRequests;
    this.launched = launched;
    this.startedAt = startedAt;
    this.startedNanos = nowNanos;
    this.lastSignNanos = nowNanos;
  }

  public int slot() {
    return slot;
  }

  public Generation generation() {
    return generation;
  }

  /// Its share of `worker.max_requests_jitter`.
  int extraRequests() {
    return extraRequests;
  }

  public long pid() {
    return launched.pid();
  }

  public WorkerState state() {
    return state;
  }

  /// The state before this one: for a process that has exited, that in which it did.
  public WorkerState stateBefore() {
    return stateBefore;
  }

  /// What the master kills it for, as soon as that is decided. Null for a kill that is a part of
  /// a stop.
  public @Nullable String killReason() {
    return killReason;
  }

  /// It drains, and has said that it accepts no connections any more.
  void acceptsNoMore() {
    accepting = false;
  }

  /// Whether it may accept connections although it was told to drain: it was given sockets, and has
  /// not said yet that it accepts no more, though it still can.
  boolean mayAcceptYet() {
    return state == WorkerState.DRAINING && admitted && accepting && !lostLink;
  }

  /// Whether the master has killed it.
  public boolean isKilled() {
    return killed;
  }

  public Instant startedAt() {
    return startedAt;
  }

  public Heartbeat lastHeartbeat() {
    return lastHeartbeat;
  }

  /// Whether it has connected and can be talked to.
  boolean isAttached() {
    return link != null;
  }

  /// Completes when the process has ended, on any thread.
  public CompletionStage<WorkerExit> onExit() {
    return launched.onExit();
  }

  Duration age(long nowNanos) {
    return Duration.ofNanos(nowNanos - startedNanos);
  }

  Duration silence(long nowNanos) {
    return Duration.ofNanos(nowNanos - lastSignNanos);
  }

  @Nullable Overdue overdue() {
    return overdue;
  }

  void become(WorkerState next) {
    if (next.compareTo(state) <= 0) {
      throw new IllegalStateException(
          "worker " + slot + " (pid " + pid() + ") cannot go from " + state + " to " + next);
    }
    stateBefore = state;
    state = next;
    served |= next == WorkerState.READY;
    told |= next == WorkerState.DRAINING;
  }

  /// Whether it was told to end, by its master or by a signal of its own; if it was not, its end
  /// comes as a surprise.
  public boolean wasToldToEnd() {
    return told;
  }

  /// It has been told to take its slot, and will say when it has.
  void admit() {
    admitted = true;
  }

  boolean isAdmitted() {
    return admitted;
  }

  /// Whether it has ever accepted connections.
  public boolean hasServed() {
    return served;
  }

  /// It knows all others that it may exchange tasks with.
  public void introduced() {
    introduced = true;
  }

  public boolean isIntroduced() {
    return introduced;
  }

  void attach(WorkerLink link, long nowNanos) {
    this.link = link;
    this.lastSignNanos = nowNanos;
  }

  /// Nothing will be heard of it any more.
  void loseLink() {
    lostLink = true;
  }

  boolean hasLostLink() {
    return lostLink;
  }

  void heartbeat(Heartbeat heartbeat, long nowNanos) {
    this.lastHeartbeat = heartbeat;
    this.lastSignNanos = nowNanos;
  }

  void forgiveSilence(long nanos, long nowNanos) {
    // A heartbeat that waited may have been read already.
    lastSignNanos += Math.min(nanos, nowNanos - lastSignNanos);
  }

  /// Sends the message if the worker has connected.
  public void tell(ControlMessage.ToWorker message) {
    WorkerLink target = link;
    if (target != null) {
      target.send(message);
    }
  }

  /// Sends a message that announces a descriptor, and the descriptor, if the worker has
  /// connected.
  ///
  /// @param whenSent told when a copy of the descriptor is on its way, or will never be
  public void tell(
      ControlMessage.ToWorker message, FileDescriptor descriptor, WorkerLink.Sent whenSent) {
    WorkerLink target = link;
    if (target != null) {
      target.send(message, descriptor, whenSent);
    } else {
      whenSent.done(false);
    }
  }

  /// Sets the time of its death, unless an earlier one is set.
  void killAt(long atNanos, String reason) {
    Overdue present = overdue;
    if (present == null || atNanos - present.atNanos() < 0) {
      overdue = new Overdue(atNanos, reason);
    }
  }

  /// Whether its death is set to be at that time or earlier.
  boolean isKilledBy(long nanos) {
    Overdue present = overdue;
    return present != null && present.atNanos() - nanos <= 0;
  }

  /// Says why its end, when it comes, is not in order, although it is not killed for that.
  void blame(String reason) {
    killReason = reason;
  }

  /// Decides that it is killed: by whoever decided, as soon as evidence is secured, but at a set
  /// time at the latest.
  void condemn(String reason, long atNanos) {
    killReason = reason;
    overdue = new Overdue(atNanos, reason);
  }

  /// Kills the process, and again after a while should it still be there.
  void kill(long againAtNanos) {
    launched.kill();
    killed = true;
    overdue = new Overdue(againAtNanos, "it is still there after a kill");
  }

  @Override
  public String toString() {
    return "worker " + slot + " (pid " + pid() + ")";
  }
}
