package dev.percore.worker;

import dev.percore.protocol.WorkerExit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens after an error that leaves the process in doubt: it ends at once, and the master
/// puts a fresh one in its place.
final class FatalErrors {
  private static final Logger log = LoggerFactory.getLogger(FatalErrors.class);

  private FatalErrors() {}

  static void end(Throwable error) {
    try {
      log.error("the worker ends after a fatal error", error);
    } finally {
      Runtime.getRuntime()
          .halt(error instanceof OutOfMemoryError ? WorkerExit.OUT_OF_MEMORY : WorkerExit.DEFECT);
    }
  }
}
