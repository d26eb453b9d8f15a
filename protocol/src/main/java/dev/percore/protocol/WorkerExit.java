package dev.percore.protocol;

import java.util.OptionalInt;

/// How a worker process ended, as its parent sees it: an exit code, or a signal.
///
/// @param status 0 to 128 is an exit code, above it 128 plus a signal (as shells and the JVM
///     tell)
public record WorkerExit(int status) {

  /// Drained and done.
  public static final int OK = 0;

  /// The JVM ran out of memory (what HotSpot's ExitOnOutOfMemoryError uses).
  public static final int OUT_OF_MEMORY = 3;

  /// The worker could not start for a reason that a new attempt would meet again, such as a
  /// broken plugin. A first start is given up; a running server keeps trying, at the slowest
  /// pace.
  public static final int START_FAILED = 65;

  /// A defect: an exception that nobody expected ended the worker.
  public static final int DEFECT = 70;

  /// The master is gone, so the worker went too.
  public static final int MASTER_GONE = 71;

  private static final int SIGNAL_BASE = 128;

  /// The signal that ended the process, if it was one.
  public OptionalInt signal() {
    return status > SIGNAL_BASE ? OptionalInt.of(status - SIGNAL_BASE) : OptionalInt.empty();
  }

  /// Such as `exit code 70 (defect)` or `signal 9 (SIGKILL)`.
  public String describe() {
    if (status > SIGNAL_BASE) {
      int signal = status - SIGNAL_BASE;
      return "signal " + signal + " (" + Signal.nameOf(signal) + ")";
    }
    return switch (status) {
      case OK -> "exit code 0";
      case OUT_OF_MEMORY -> "exit code 3 (out of memory)";
      case START_FAILED -> "exit code 65 (start failed)";
      case DEFECT -> "exit code 70 (defect)";
      case MASTER_GONE -> "exit code 71 (master gone)";
      default -> "exit code " + status;
    };
  }
}
