package dev.percore.protocol.shared;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// Another process that asks for as much as it can of one client.
final class Hammer {
  static final Pace PACE = Pace.of(1, Duration.ofMinutes(1), 9_999);
  private static final int ATTEMPTS = 20_000;

  private Hammer() {}

  /// Prints how many requests were let through. It holds one more when it ends.
  public static void main(String[] args) throws Exception {
    LimitTable table = LimitTable.open(Path.of(args[0]));
    long key = client(table);
    int passed = attempt(table, key);
    int entry = table.hold(Integer.parseInt(args[1]), key, Holding.CONNECTION, System.nanoTime());
    System.out.println(entry == LimitTable.NONE ? -1 : passed);
  }

  static long client(LimitTable table) {
    return table.key("client".getBytes(StandardCharsets.US_ASCII));
  }

  static int attempt(LimitTable table, long key) {
    int passed = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      if (table.take(key, PACE, System.nanoTime()) == 0) {
        passed++;
      }
    }
    return passed;
  }
}
