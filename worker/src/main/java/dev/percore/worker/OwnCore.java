package dev.percore.worker;

import dev.percore.protocol.posix.Cpus;
import dev.percore.protocol.posix.CurrentThread;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The core that a worker has for itself, if it has one ([Cpus#ofSlot]).
record OwnCore(int slot, int workers) {
  private static final Logger log = LoggerFactory.getLogger(OwnCore.class);

  /// Binds the calling thread to the core. Where the system refuses, the log says so and the thread
  /// goes on without.
  ///
  /// @param what the thread is, for the log
  void bindCallingThread(String what) {
    try {
      List<Integer> cpus = Cpus.allowed();
      OptionalInt own = Cpus.ofSlot(slot, workers, cpus);
      if (own.isEmpty()) {
        log.debug("{} not bound: {} workers, {} cores", what, workers, cpus.size());
        return;
      }
      CurrentThread.pin(own.getAsInt());
      log.debug("{} bound to core {}", what, own.getAsInt());
    } catch (IOException refused) {
      log.warn("{} is not bound to a core: {}", what, refused.getMessage());
    }
  }
}
