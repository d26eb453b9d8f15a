package dev.percore.master.evidence;

import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.WorkerExit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the master itself knows of a worker that has ended.
///
/// @param before its state when it ended
/// @param killReason why the master wanted to kill it, or null
record Death(
    Instant at,
    int slot,
    long pid,
    int generation,
    Instant startedAt,
    WorkerState before,
    WorkerExit exit,
    boolean killed,
    @Nullable String killReason,
    Heartbeat lastHeartbeat) {

  static Death of(WorkerProcess worker, WorkerExit exit, Instant at) {
    return new Death(
        at,
        worker.slot(),
        worker.pid(),
        worker.generation().number(),
        worker.startedAt(),
        worker.stateBefore(),
        exit,
        worker.isKilled(),
        worker.killReason(),
        worker.lastHeartbeat());
  }

  Duration lifetime() {
    return Duration.between(startedAt, at);
  }

  Verdict verdict(boolean oomKills, Remains remains) {
    return Verdict.of(
        new Verdict.Circumstances(exit, before, killed, killReason, oomKills, remains));
  }

  WorkerEnd end(Verdict verdict, @Nullable Path bundle) {
    return new WorkerEnd(at, slot, pid, generation, lifetime(), exit, verdict, killReason, bundle);
  }
}
