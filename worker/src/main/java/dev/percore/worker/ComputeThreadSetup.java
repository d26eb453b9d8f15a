package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.posix.Cpus;
import dev.percore.protocol.posix.CurrentThread;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the compute thread its place: bound to the slot's core, and behind the event loop,
/// which shares that core, by its nice value. Where the system refuses, the log says so and the
/// thread goes on without.
record ComputeThreadSetup(int slot, ServerConfig.Compute settings) implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ComputeThreadSetup.class);

  @Override
  public void run() {
    if (settings.pin()) {
      try {
        List<Integer> cpus = Cpus.allowed();
        int cpu = cpus.get(slot % cpus.size());
        CurrentThread.pin(cpu);
        log.debug("compute thread bound to core {}", cpu);
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
}
