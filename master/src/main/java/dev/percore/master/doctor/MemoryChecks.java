package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import dev.percore.config.ServerConfig.ReloadStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Whether the workers' memory fits into the machine's and the container's.
record MemoryChecks(HostFiles files, Cgroup cgroup, ServerConfig config) implements Check {
  /// What a worker takes beside its heap: classes, compiled code, stacks, buffers; as measured.
  static final long WORKER_BESIDE_HEAP = 128L << 20;

  static final long MASTER = 192L << 20;

  private static final int NEVER_OVERCOMMIT = 2;

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    OptionalLong total = kib("MemTotal:");
    findings.add(
        total.isPresent()
            ? fits("memory.machine", "the machine has", total.getAsLong(), false)
            : Finding.note(
                "memory.machine", "the machine's memory is not to be read here", "", ""));
    if (!cgroup.isPresent()) {
      findings.add(
          Finding.note(
              "memory.cgroup",
              "there is no cgroup v2 here",
              "Limits that a container sets by other means are not seen: compare them yourself, the"
                  + " workers need "
                  + mib(wanted()),
              ""));
    }
    cgroup
        .memoryMax()
        .ifPresent(max -> findings.add(fits("memory.cgroup", "the cgroup may have", max, false)));
    cgroup
        .memoryHigh()
        .ifPresent(
            high ->
                findings.add(fits("memory.high", "the cgroup is slowed down from", high, true)));
    if (files.number("proc/sys/vm/overcommit_memory").orElse(0) == NEVER_OVERCOMMIT) {
      findings.add(commitLimit());
    }
    hugePages(findings);
    return findings;
  }

  private long perWorker() {
    return config.worker().heapBytes() + WORKER_BESIDE_HEAP;
  }

  private long wanted() {
    return config.workers() * perWorker() + MASTER;
  }

  private long wantedInReload() {
    boolean all = config.reload().strategy() == ReloadStrategy.BLUE_GREEN;
    return wanted() + (all ? config.workers() : 1) * perWorker();
  }

  private Finding fits(String id, String what, long limit, boolean soft) {
    String found =
        "%s %s; %d workers may take %s, during a reload %s"
            .formatted(what, mib(limit), config.workers(), mib(wanted()), mib(wantedInReload()));
    long most = Math.max(1, (limit - MASTER) / perWorker());
    String command = "worker.heap, or workers: " + most;
    if (wanted() > limit) {
      String advice =
          "Lower the heap or the number of workers, or give more memory: when all heaps are full, "
              + (soft ? "the kernel slows everything down" : "the kernel kills workers");
      return soft
          ? Finding.warning(id, found, advice, command)
          : Finding.problem(id, found, advice, command);
    }
    return wantedInReload() > limit
        ? Finding.warning(
            id,
            found,
            "Leave room for the workers that a reload starts beside the old ones, or let it replace"
                + " one after the other",
            "reload.strategy: rolling, worker.heap")
        : Finding.ok(id, found);
  }

  private Finding commitLimit() {
    String id = "memory.overcommit";
    long limit = kib("CommitLimit:").orElse(Long.MAX_VALUE);
    long used = kib("Committed_AS:").orElse(0);
    String found =
        "vm.overcommit_memory is 2: %s of %s are promised".formatted(mib(used), mib(limit));
    return limit - used >= wantedInReload()
        ? Finding.note(id, found, "JVMs reserve more than they use, and may not get it", "")
        : Finding.warning(
            id,
            found,
            "Allow overcommitment: a JVM reserves its heap at its start, and cannot start when that"
                + " is refused",
            "sysctl -w vm.overcommit_memory=0");
  }

  private void hugePages(List<Finding> findings) {
    if (files.text("sys/kernel/mm/transparent_hugepage/enabled").orElse("").contains("[always]")) {
      findings.add(
          Finding.note(
              "memory.huge_pages",
              "transparent huge pages are given to all",
              "A worker's memory grows in steps of 2 MiB then, and more of it is resident than in"
                  + " use; with madvise only who asks for them gets them",
              "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"));
    }
  }

  private OptionalLong kib(String label) {
    OptionalLong kib =
        files
            .field("proc/meminfo", label)
            .map(text -> HostFiles.number(text, 0))
            .orElse(OptionalLong.empty());
    return kib.isPresent() ? OptionalLong.of(kib.getAsLong() << 10) : kib;
  }

  static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
