package dev.percore.master.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a process has used, as the kernel tells in /proc.
public record ProcessUsage(double cpuSeconds, long rssBytes) {
  private static final Logger log = LoggerFactory.getLogger(ProcessUsage.class);
  private static final String RSS_FIELD = "VmRSS:";

  /// Empty when the process has ended meanwhile.
  public static Optional<ProcessUsage> of(long pid) {
    Optional<Duration> cpu =
        ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
    try {
      // Not as a stream, which would wrap the exception for a process that ends meanwhile.
      Optional<Long> rss =
          Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
              .filter(line -> line.startsWith(RSS_FIELD))
              .findFirst()
              .map(ProcessUsage::kibibytes)
              .map(kib -> kib * 1024);
      return cpu.flatMap(time -> rss.map(r -> new ProcessUsage(time.toMillis() / 1000.0, r)));
    } catch (IOException gone) {
      log.debug("no figures for pid {}: {}", pid, gone.getMessage());
      return Optional.empty();
    }
  }

  // Such as "VmRSS:     12345 kB".
  private static long kibibytes(String line) {
    return Long.parseLong(line.substring(RSS_FIELD.length()).replace("kB", "").trim());
  }
}
