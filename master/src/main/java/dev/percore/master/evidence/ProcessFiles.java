package dev.percore.master.evidence;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the kernel tells of a process in /proc, also of one that answers nobody.
final class ProcessFiles {
  private static final Logger log = LoggerFactory.getLogger(ProcessFiles.class);
  private static final List<String> COPIED =
      List.of("status", "limits", "cgroup", "smaps_rollup", "wchan", "oom_score_adj");

  private final Path folder;

  ProcessFiles(long pid) {
    this.folder = Path.of("/proc/" + pid);
  }

  /// Whether somebody stopped it (SIGSTOP), or a debugger holds it.
  boolean isStopped() {
    return field("State:").filter(state -> state.matches("[Tt] .*")).isPresent();
  }

  /// Its resident memory in bytes, now or at its highest.
  Optional<Long> memory(Memory which) {
    // Such as "VmRSS:     12345 kB".
    return field(which.field).map(text -> Long.parseLong(text.replace(" kB", "")) << 10);
  }

  /// Which figure of the memory.
  enum Memory {
    RESIDENT("VmRSS:"),
    RESIDENT_PEAK("VmHWM:");

    private final String field;

    Memory(String field) {
      this.field = field;
    }
  }

  /// Copies what helps; what cannot be read is left out.
  void copyTo(Path target) throws IOException {
    Files.createDirectories(target);
    for (String name : COPIED) {
      try {
        Files.write(target.resolve(name), Files.readAllBytes(folder.resolve(name)));
      } catch (IOException unreadable) {
        log.debug("{} is not kept: {}", folder.resolve(name), unreadable.toString());
      }
    }
    Files.writeString(target.resolve("tasks.txt"), tasks());
  }

  // The kernel's names of the threads are the first 15 characters of Java's.
  private String tasks() throws IOException {
    StringBuilder table =
        new StringBuilder("thread  name             state  user and system ticks  waits in\n");
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder.resolve("task"))) {
      for (Path task : tasks) {
        String stat = text(task.resolve("stat"));
        int nameEnd = stat.lastIndexOf(')');
        String[] fields = stat.substring(nameEnd + 1).trim().split(" ", -1);
        if (nameEnd > 0 && fields.length > 12) {
          table.append(
              "%-7s %-16s %-6s %-22s %s\n"
                  .formatted(
                      task.getFileName(),
                      stat.substring(stat.indexOf('(') + 1, nameEnd),
                      fields[0],
                      fields[11] + " " + fields[12],
                      text(task.resolve("wchan"))));
        }
      }
    }
    return table.toString();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      return "";
    }
  }

  private Optional<String> field(String name) {
    return text(folder.resolve("status"))
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).trim())
        .findFirst();
  }
}
