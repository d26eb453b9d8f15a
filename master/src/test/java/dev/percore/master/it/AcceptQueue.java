package dev.percore.master.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What waits to be accepted, as the kernel tells in /proc/net.
final class AcceptQueue {
  private static final String LISTENING = "0A";

  private AcceptQueue() {}

  /// Connections that wait in all the sockets that listen on this port.
  static int length(int port) throws IOException {
    return length("/proc/net/tcp", port) + length("/proc/net/tcp6", port);
  }

  private static int length(String table, int port) throws IOException {
    String ending = String.format(Locale.ROOT, ":%04X", port);
    List<String> lines = Files.readAllLines(Path.of(table));
    return lines.stream()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(columns -> columns[1].endsWith(ending) && columns[3].equals(LISTENING))
        .mapToInt(columns -> Integer.parseInt(columns[4].split(":", -1)[1], 16))
        .sum();
  }
}
