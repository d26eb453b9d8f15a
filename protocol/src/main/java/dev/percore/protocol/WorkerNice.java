package dev.percore.protocol;

import java.util.OptionalInt;

/// How a master that starts a worker with a higher nice value tells it to which one to go back.
public final class WorkerNice {
  private static final String PROPERTY = "percore.nice";

  private WorkerNice() {}

  /// The option of the worker's JVM that says so.
  public static String jvmOption(int nice) {
    return "-D" + PROPERTY + "=" + nice;
  }

  /// What this process was told; empty if it was started like any other.
  public static OptionalInt ofThisProcess() {
    Integer told = Integer.getInteger(PROPERTY);
    return told == null ? OptionalInt.empty() : OptionalInt.of(told);
  }
}
