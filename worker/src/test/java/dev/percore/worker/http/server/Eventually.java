package dev.percore.worker.http.server;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what happens on other threads.
final class Eventually {
  private Eventually() {}

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("still not so: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
