package dev.percore.master.evidence;

import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.Signal;
import dev.percore.protocol.WorkerExit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a worker came to its end, in one word.
public enum Verdict {
  /// It was to end, and did.
  ORDERLY,
  /// Its heap, or other memory of its JVM, was exhausted.
  HEAP_EXHAUSTED,
  /// The kernel killed it because the machine or its cgroup had no memory left.
  KILLED_FOR_MEMORY,
  /// The master killed it: it gave no sign of life, or did not get ready or drain in time; or
  /// replaced it, since a computation did not end.
  STUCK,
  /// Somebody else sent it a signal.
  SIGNAL,
  /// It ended by itself before it was ready.
  START_FAILED,
  /// It ended by itself: a crash of the JVM or of native code, an exception that nobody expected.
  BUG;

  /// What speaks for one verdict or another.
  ///
  /// @param before its state when it ended
  /// @param killed whether the master killed it
  /// @param killReason why the master wanted to kill it, or null: a kill without a reason is part
  ///     of a stop
  /// @param oomKills whether the kernel has killed for memory since the last look
  record Circumstances(
      WorkerExit exit,
      WorkerState before,
      boolean killed,
      @Nullable String killReason,
      boolean oomKills,
      Remains remains) {}

  /// The name in metrics, JSON and file names.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Verdict of(Circumstances c) {
    WorkerExit exit = c.exit();
    // The dump first: while it is written, a worker gives no sign of life and may be killed for it.
    if (c.remains() == Remains.HEAP_DUMP || exit.status() == WorkerExit.OUT_OF_MEMORY) {
      return HEAP_EXHAUSTED;
    }
    if (endedBy(exit, Signal.SIGKILL) && c.killed()) {
      return c.killReason() == null ? ORDERLY : STUCK;
    }
    if (endedBy(exit, Signal.SIGKILL) && c.oomKills()) {
      return KILLED_FOR_MEMORY;
    }
    if (c.remains() == Remains.CRASH) {
      return BUG;
    }
    if (c.before() == WorkerState.DRAINING && c.killReason() != null) {
      return STUCK; // it was replaced for that, and could still end by itself
    }
    if (c.before() == WorkerState.DRAINING
        && (exit.status() == WorkerExit.OK || endedBy(exit, Signal.SIGTERM))) {
      return ORDERLY;
    }
    if (exit.signal().isPresent()) {
      return SIGNAL;
    }
    boolean neverReady = c.before().compareTo(WorkerState.READY) < 0;
    return neverReady || exit.status() == WorkerExit.START_FAILED ? START_FAILED : BUG;
  }

  private static boolean endedBy(WorkerExit exit, Signal signal) {
    return exit.signal().orElse(0) == signal.number();
  }
}
