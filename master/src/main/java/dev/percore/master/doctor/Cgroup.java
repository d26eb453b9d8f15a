package dev.percore.master.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The limits that cgroup v2 sets to this process: the tightest of its group and all groups
/// above, as far as a container lets one see them.
///
/// @param files where to read
/// @param folders the groups, the own one first
record Cgroup(HostFiles files, List<String> folders) {
  private static final String MOUNT = "sys/fs/cgroup";
  private static final String OWN = "0::";

  static Cgroup of(HostFiles files) {
    if (!files.exists(MOUNT + "/cgroup.controllers")) {
      return new Cgroup(files, List.of());
    }
    List<String> folders = new ArrayList<>();
    String path = files.field("proc/self/cgroup", OWN).orElse("/");
    while (path.length() > 1) {
      folders.add(MOUNT + path);
      path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
    folders.add(MOUNT);
    return new Cgroup(files, List.copyOf(folders));
  }

  /// Whether there is a cgroup v2 at all.
  boolean isPresent() {
    return !folders.isEmpty();
  }

  /// Bytes beyond which the kernel kills.
  OptionalLong memoryMax() {
    return smallest("memory.max");
  }

  /// Bytes beyond which the kernel slows down.
  OptionalLong memoryHigh() {
    return smallest("memory.high");
  }

  /// Processes and threads that may exist.
  OptionalLong pidsMax() {
    return smallest("pids.max");
  }

  /// Cores' worth of time that may be used in each period.
  OptionalDouble cpus() {
    return folders.stream()
        .map(folder -> files.text(folder + "/cpu.max"))
        .flatMap(Optional::stream)
        .mapToDouble(Cgroup::cpus)
        .filter(cpus -> cpus > 0)
        .min();
  }

  // `max 100000` or `150000 100000`: time and period in microseconds.
  private static double cpus(String text) {
    OptionalLong quota = HostFiles.number(text, 0);
    OptionalLong period = HostFiles.number(text, 1);
    return quota.isPresent() && period.isPresent() && period.getAsLong() > 0
        ? (double) quota.getAsLong() / period.getAsLong()
        : 0;
  }

  private OptionalLong smallest(String file) {
    return folders.stream()
        .map(folder -> files.number(folder + "/" + file))
        .flatMapToLong(OptionalLong::stream)
        .min();
  }
}
