package dev.percore.protocol.client;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/// A worker's process. Thread-safe.
public final class PoolProcess {
  private final int slot;
  private final long pid;
  private final Optional<ProcessHandle> handle;
  private final LongFunction<OptionalInt> exitCodes;

  PoolProcess(int slot, long pid, LongFunction<OptionalInt> exitCodes) {
    this.slot = slot;
    this.pid = pid;
    this.handle = ProcessHandle.of(pid);
    this.exitCodes = exitCodes;
  }

  /// The place that it fills: when it ends, the master starts another one for the same slot.
  public int slot() {
    return slot;
  }

  public long pid() {
    return pid;
  }

  /// Whether it runs. Between the end and the master's knowledge of it a moment passes, in which
  /// it still counts as running.
  public boolean isAlive() {
    return handle.filter(ProcessHandle::isAlive).isPresent();
  }

  /// How it ended: its exit code, or 128 + N if signal N ended it. Empty as long as the master does
  /// not know, and once the master has ended.
  public OptionalInt exitCode() {
    return exitCodes.apply(pid);
  }

  /// Tells it to end, as by TERM: its calls have the time of `shutdown.fast` to end, and the master
  /// replaces it.
  ///
  /// @return whether it could be told; not if it has ended
  public boolean terminate() {
    return handle.filter(ProcessHandle::destroy).isPresent();
  }

  @Override
  public String toString() {
    return "worker " + slot + ", pid " + pid;
  }
}
