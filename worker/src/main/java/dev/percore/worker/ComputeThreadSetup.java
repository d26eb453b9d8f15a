package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.posix.Cpus;
import dev.percore.protocol.posix.CurrentThread;
import dev.percore.protocol.posix.PosixException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the compute thread its place: bound to the slot's core, and behind the event loop,
/// which shares that core, by its nice value. Where the system refuses, the log says so and the
/// thread goes on without.
///
/// With fewer workers than allowed cores (a CPU quota in a container, several servers on a
/// machine) it is not bound: every such server would bind its threads to the same first cores.
record ComputeThreadSetup(int slot, int workers, ServerConfig.Compute settings)
    implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ComputeThreadSetup.class);

  @Override
  public void run() {
    if (settings.pin()) {
      try {
        pin(Cpus.allowed());
      } catch (IOException refused) {
        log.warn("the compute thread is not bound to a core: {}", refused.getMessage());
      }
    }
    try {
      CurrentThread.nice(settings.nice());
    } catch (IOException refused) {
      log.warn("the compute thread keeps its nice value: {}", refused.getMessage());
    }
  }

  private void pin(List<Integer> cpus) throws PosixException {
    if (workers < cpus.size()) {
      log.debug("compute thread not bound: {} workers, {} cores", workers, cpus.size());
      return;
    }
    int cpu = cpus.get(slot % cpus.size());
    CurrentThread.pin(cpu);
    log.debug("compute thread bound to core {}", cpu);
  }
}
