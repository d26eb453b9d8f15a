package dev.percore.worker;

import dev.percore.protocol.posix.CurrentThread;
import dev.percore.protocol.posix.PosixException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the event loop its place: what a wake-up brings is little work that a client waits for, so
/// it gets its turn before whatever computes: lanes, compilers, JVMs that start. It does so by a
/// short slice, which takes no more of the core than others get and needs no privilege.
final class EventLoopSetup implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(EventLoopSetup.class);

  /// The shortest that the kernel knows.
  private static final Duration SLICE = Duration.ofNanos(100_000);

  @Override
  public void run() {
    try {
      CurrentThread.slice(SLICE);
    } catch (PosixException refused) {
      log.warn("the event loop takes its turn like any thread: {}", refused.getMessage());
    }
  }
}
