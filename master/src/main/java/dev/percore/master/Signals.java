package dev.percore.master;

import dev.percore.protocol.Signal;
import dev.percore.protocol.posix.PosixException;
import dev.percore.protocol.posix.SignalFd;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings signals to the master as events. With the launch script the signals are blocked and
/// read from a descriptor; without it (an IDE, a bare `java`) only TERM, INT and HUP arrive, by
/// way of the JVM's shutdown.
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private static final Set<Signal> WANTED =
      EnumSet.of(
          Signal.SIGHUP,
          Signal.SIGINT,
          Signal.SIGQUIT,
          Signal.SIGUSR1,
          Signal.SIGUSR2,
          Signal.SIGTERM,
          Signal.SIGWINCH,
          Signal.SIGTTIN,
          Signal.SIGTTOU);

  private Signals() {}

  /// Starts a daemon thread that passes each signal on.
  ///
  /// @param stopAndWait stops the server in order and returns when that is done; used where
  ///     signals cannot be read
  static void start(Consumer<SignalFd.Received> receiver, Runnable stopAndWait) {
    try {
      if (SignalFd.blocked().containsAll(WANTED)) {
        SignalFd descriptor = SignalFd.open(WANTED);
        Thread.ofPlatform().name("signals").daemon().start(() -> pump(descriptor, receiver));
        return;
      }
      log.warn(
          "signals are not blocked, so only TERM, INT and HUP are obeyed: start by bin/percore");
    } catch (IOException failure) {
      log.warn(
          "signals cannot be read, so only TERM, INT and HUP are obeyed: {}", failure.getMessage());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(stopAndWait, "stop-by-signal"));
  }

  private static void pump(SignalFd descriptor, Consumer<SignalFd.Received> receiver) {
    try {
      while (true) {
        receiver.accept(descriptor.take());
      }
    } catch (PosixException failure) {
      log.error("no more signals can be read; stop by 'percore stop'", failure);
    }
  }
}
