package dev.percore.protocol;

import java.util.List;
import java.util.OptionalInt;

/// What a master tells a worker that it starts about nice values, by options of its JVM: the worker
/// has to know long before its settings.
///
/// @param start by how much a start yields to those that serve, 0 to 19; 0 if it does not
/// @param serving the nice value of a worker that serves, to which this one may go back from a
///     higher one; empty if it may not
public record WorkerNice(int start, OptionalInt serving) {
  private static final String START = "percore.nice.start";
  private static final String SERVING = "percore.nice";

  /// The options of the worker's JVM that say so.
  public List<String> jvmOptions() {
    String first = "-D" + START + "=" + start;
    return serving.isPresent()
        ? List.of(first, "-D" + SERVING + "=" + serving.getAsInt())
        : List.of(first);
  }

  /// What this process was told; to yield to nobody, if nothing.
  public static WorkerNice ofThisProcess() {
    Integer serving = Integer.getInteger(SERVING);
    return new WorkerNice(
        Integer.getInteger(START, 0),
        serving == null ? OptionalInt.empty() : OptionalInt.of(serving));
  }
}
