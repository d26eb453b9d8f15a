package dev.percore.worker;

import dev.percore.protocol.posix.Cpus;
import dev.percore.protocol.posix.CurrentThread;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The core that a worker has for itself.
///
/// With fewer workers than allowed cores (a CPU quota in a container, several servers on a
/// machine) it has none: every such server would bind its threads to the same first cores.
record OwnCore(int slot, int workers) {
  private static final Logger log = LoggerFactory.getLogger(OwnCore.class);

  /// Binds the calling thread to the core. Where the system refuses, the log says so and the thread
  /// goes on without.
  ///
  /// @param what the thread is, for the log
  void bindCallingThread(String what) {
    try {
      List<Integer> cpus = Cpus.allowed();
      if (workers < cpus.size()) {
        log.debug("{} not bound: {} workers, {} cores", what, workers, cpus.size());
        return;
      }
      int cpu = cpus.get(slot % cpus.size());
      CurrentThread.pin(cpu);
      log.debug("{} bound to core {}", what, cpu);
    } catch (IOException refused) {
      log.warn("{} is not bound to a core: {}", what, refused.getMessage());
    }
  }
}
