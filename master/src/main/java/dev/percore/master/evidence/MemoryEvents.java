package dev.percore.master.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the kernel counts when memory is short: in the cgroup that the master shares with its
/// workers and, where that is not version 2, in the whole machine.
final class MemoryEvents {
  private static final Logger log = LoggerFactory.getLogger(MemoryEvents.class);
  private static final String OOM_KILL = "oom_kill";

  private final List<Path> sources;

  MemoryEvents(List<Path> sources) {
    this.sources = List.copyOf(sources);
  }

  /// Those of this process.
  static MemoryEvents ofThisProcess() {
    Path groups = Path.of("/sys/fs/cgroup");
    List<Path> version2 = new ArrayList<>();
    List<Path> version1 = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
        String[] fields = line.split(":", 3);
        String path = fields.length == 3 ? fields[2].replaceFirst("^/", "") : "";
        if (line.startsWith("0::")) {
          version2.add(groups.resolve(path).resolve("memory.events"));
        } else if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains("memory")) {
          version1.add(groups.resolve("memory").resolve(path).resolve("memory.oom_control"));
        }
      }
    } catch (IOException noCgroups) {
      log.debug("no cgroup: {}", noCgroups.toString());
    }
    // In a container the path may be that outside, while its own group is mounted here.
    version2.add(groups.resolve("memory.events"));
    version1.add(groups.resolve("memory/memory.oom_control"));
    return new MemoryEvents(choose(version2, version1, Path.of("/proc/vmstat")));
  }

  static List<Path> choose(List<Path> version2, List<Path> version1, Path machine) {
    for (Path events : version2) {
      if (Files.isReadable(events)) {
        return List.of(events);
      }
    }
    List<Path> chosen = new ArrayList<>();
    version1.stream().filter(Files::isReadable).findFirst().ifPresent(chosen::add);
    chosen.add(machine);
    return chosen;
  }

  /// The counts of this moment; of the machine's, that of kills alone.
  Map<String, Long> read() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Path source : sources) {
      boolean wholeMachine = source.endsWith("vmstat");
      try {
        for (String line : Files.readAllLines(source)) {
          String[] words = line.split(" ", 2);
          if (words.length == 2 && (!wholeMachine || words[0].equals(OOM_KILL))) {
            String name = wholeMachine ? "machine_" + words[0] : words[0];
            counts.put(name, Long.parseLong(words[1].trim()));
          }
        }
      } catch (IOException | NumberFormatException unreadable) {
        log.debug("no memory events: {}", unreadable.toString());
      }
    }
    return counts;
  }

  /// Whether the kernel has killed for memory between two readings.
  static boolean killedBetween(Map<String, Long> before, Map<String, Long> after) {
    return after.entrySet().stream()
        .filter(count -> count.getKey().endsWith(OOM_KILL))
        .anyMatch(count -> count.getValue() > before.getOrDefault(count.getKey(), 0L));
  }
}
