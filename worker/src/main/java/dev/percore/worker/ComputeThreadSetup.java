package dev.percore.worker;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.posix.CurrentThread;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the compute thread its place: bound to the slot's core, and behind the event loop,
/// which shares that core, by its nice value. Where the system refuses, the log says so and the
/// thread goes on without.
record ComputeThreadSetup(OwnCore core, ServerConfig.Compute settings) implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ComputeThreadSetup.class);

  @Override
  public void run() {
    if (settings.pin()) {
      core.bindCallingThread("compute thread");
    }
    try {
      CurrentThread.nice(settings.nice());
    } catch (IOException refused) {
      log.warn("the compute thread keeps its nice value: {}", refused.getMessage());
    }
  }
}
