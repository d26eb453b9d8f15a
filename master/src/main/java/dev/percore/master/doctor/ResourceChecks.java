package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What the kernel allows this process and its children to have: descriptors and threads.
record ResourceChecks(HostFiles files, Cgroup cgroup, ServerConfig config) implements Check {
  /// Jars, sockets to the master, listening sockets, logs, what the JVM keeps open, and 64 files of
  /// `static.root`.
  private static final int DESCRIPTORS_BESIDE_CONNECTIONS = 192;

  /// Of the JVM and Netty, beside the pool for handlers that block.
  private static final int THREADS_BESIDE_POOL = 32;

  private static final int HARD_LIMIT = 1;

  @Override
  public List<Finding> findings() {
    return List.of(descriptors(), threads());
  }

  // The JVM raises the soft limit to the hard one, so the hard one counts.
  private Finding descriptors() {
    String id = "limits.descriptors";
    // A worker may be lent the sockets of all the others; the master needs less than a worker.
    int needed =
        config.limits().connections()
            + config.io().threads()
            + config.workers()
            + DESCRIPTORS_BESIDE_CONNECTIONS;
    OptionalLong limit = limit("Max open files");
    if (limit.isEmpty()) {
      return Finding.ok(id, "no limit is to be read here");
    }
    String found =
        "%d for each process; a worker with limits.connections (%d) needs about %d"
            .formatted(limit.getAsLong(), config.limits().connections(), needed);
    return limit.getAsLong() >= needed
        ? Finding.ok(id, found)
        : Finding.warning(
            id,
            found,
            "Raise the limit, or lower limits.connections: a worker without descriptors cannot"
                + " accept, and its clients wait",
            "ulimit -Hn %d, or LimitNOFILE=%d in the unit".formatted(needed, needed));
  }

  private Finding threads() {
    String id = "limits.threads";
    long needed = (long) config.workers() * (config.io().threads() + THREADS_BESIDE_POOL);
    OptionalLong limit =
        Stream.of(
                cgroup.pidsMax(),
                limit("Max processes"),
                files.number("proc/sys/kernel/threads-max"),
                files.number("proc/sys/kernel/pid_max"))
            .flatMapToLong(OptionalLong::stream)
            .min();
    if (limit.isEmpty()) {
      return Finding.ok(id, "no limit is to be read here");
    }
    String found =
        "%d processes and threads may exist; %d workers need about %d"
            .formatted(limit.getAsLong(), config.workers(), needed);
    // Others count too, and a replacement runs beside what it replaces.
    return limit.getAsLong() >= 2 * needed
        ? Finding.ok(id, found)
        : Finding.warning(
            id,
            found,
            "Raise the limit to more than twice that: a JVM that cannot start a thread ends, and a"
                + " replacement runs beside the worker that it replaces",
            "TasksMax=%d in the unit, --pids-limit of the container, or ulimit -u"
                .formatted(4 * needed));
  }

  private OptionalLong limit(String name) {
    return files
        .field("proc/self/limits", name)
        .map(values -> HostFiles.number(values, HARD_LIMIT))
        .orElse(OptionalLong.empty());
  }
}
