package dev.percore.protocol.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// The cores that a process may use.
public final class Cpus {
  private static final String FIELD = "Cpus_allowed_list:";

  private Cpus() {}

  /// Numbers of the cores that this process was allowed at its start, ascending; they need not
  /// begin with 0 nor be contiguous.
  ///
  /// @throws IOException if /proc cannot be read
  public static List<Integer> allowed() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String field =
          lines
              .filter(line -> line.startsWith(FIELD))
              .findFirst()
              .orElseThrow(() -> new IOException("/proc/self/status has no " + FIELD));
      return parse(field.substring(FIELD.length()).trim());
    }
  }

  /// The core that the worker of a slot has for itself. With fewer workers than allowed cores (a
  /// CPU quota in a container, several servers on a machine) none has one: every such server would
  /// bind its threads to the same first cores.
  ///
  /// @param slot from 0
  /// @param allowed as [#allowed] tells them
  public static OptionalInt ofSlot(int slot, int workers, List<Integer> allowed) {
    return allowed.isEmpty() || workers < allowed.size()
        ? OptionalInt.empty()
        : OptionalInt.of(allowed.get(slot % allowed.size()));
  }

  /// Reads the kernel's list format, such as `0-3,8`.
  public static List<Integer> parse(String list) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-");
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return List.copyOf(cpus);
  }
}
