package table;

import common.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The memory of processes.
final class Memory {
  private Memory() {}

  /// The proportional set size: what is shared with other processes counts by its share.
  static double pssBytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
      }
    }
    throw new IOException("no Pss of process " + pid);
  }

  /// Of one worker, on average, in megabytes of 1,000,000 bytes.
  static double megabytesPerWorker(Server server) throws IOException {
    double bytes = 0;
    for (long worker : server.workers()) {
      bytes += pssBytes(worker);
    }
    return bytes / server.workers().size() / 1e6;
  }
}
