package dev.percore.protocol.client;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/// A worker's process: that one, and not the one that replaces it. Thread-safe.
public final class PoolProcess {
  private final int slot;
  private final long pid;
  private final Optional<ProcessHandle> handle;
  private final LongFunction<OptionalInt> exitCodes;
  private volatile OptionalInt exitCode = OptionalInt.empty();

  /// @param exitCodes asks the master how a process has ended
  PoolProcess(int slot, long pid, LongFunction<OptionalInt> exitCodes) {
    this.slot = slot;
    this.pid = pid;
    this.handle = ProcessHandle.of(pid);
    this.exitCodes = exitCodes;
  }

  /// The place that it fills, from 0: when it ends, the master starts another process there.
  public int slot() {
    return slot;
  }

  /// Its process id.
  public long pid() {
    return pid;
  }

  /// Its name in the server's log, such as `worker-0`.
  public String name() {
    return "worker-" + slot;
  }

  /// Whether it runs.
  public boolean isAlive() {
    return handle.filter(ProcessHandle::isAlive).isPresent();
  }

  /// How it ended: its exit code, or 128 + N if signal N ended it.
  ///
  /// @return empty as long as it runs, and for a moment after its end, until the master knows; and
  ///     if the master has ended before anybody asked
  public OptionalInt exitCode() {
    if (exitCode.isEmpty()) {
      exitCode = exitCodes.apply(pid);
    }
    return exitCode;
  }

  /// Tells it to end, by TERM: it takes no more calls, those that it has get the time of
  /// `shutdown.fast`, and the master replaces it. The pool goes on.
  ///
  /// @return whether it could be told; not if it has ended
  public boolean terminate() {
    return handle.filter(ProcessHandle::destroy).isPresent();
  }

  @Override
  public String toString() {
    return name() + ", pid " + pid;
  }
}
