package dev.percore.master.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// What waits to be accepted, as the kernel tells in /proc/net/tcp.
final class AcceptQueue {
  private static final String LISTENING = "0A";

  private AcceptQueue() {}

  /// Connections that wait in all the sockets that listen on this port of 127.0.0.1.
  static int length(int port) throws IOException {
    String local = String.format(Locale.ROOT, "0100007F:%04X", port);
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> columns[1].equals(local) && columns[3].equals(LISTENING))
          .mapToInt(columns -> Integer.parseInt(columns[4].split(":", -1)[1], 16))
          .sum();
    }
  }
}
