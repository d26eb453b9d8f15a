package dev.percore.worker;

import dev.percore.protocol.WorkerNice;
import dev.percore.protocol.posix.Niceness;
import java.io.IOException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a worker that starts yield to those that serve, and its compilers always: what they do is
/// waited for by nobody, and takes much of a core. As long as it takes is all that they cost; at
/// equal rights with a computation they cost the clients of the others a multiple of it.
///
/// A process may yield more at any time, but go back only by a right that its master has seen to,
/// which then starts it yielding and says so in a system property. Where there is none, the
/// compilers alone yield.
final class StartPriority {
  private static final Logger log = LoggerFactory.getLogger(StartPriority.class);
  private static final int NICE_MAX = 19;

  private final int startNice;
  private final OptionalInt niceWhenServing = WorkerNice.ofThisProcess();

  StartPriority(int startNice) {
    this.startNice = startNice;
  }

  /// Has the compilers yield. Those that the JVM adds later are started by these, and are alike.
  void yieldCompilers() {
    if (niceWhenServing.isPresent()) {
      return; // with all others
    }
    try {
      int now = Niceness.ofCallingThread();
      int _ = Niceness.change(now, Math.min(now + startNice, NICE_MAX), StartPriority::isCompiler);
    } catch (IOException refused) {
      log.warn("the compilers do not yield: {}", refused.getMessage());
    }
  }

  /// Has all threads but the compilers take their turns like those of other workers. The compute
  /// thread has a nice value of its own.
  void takeTurns() {
    if (niceWhenServing.isEmpty()) {
      return;
    }
    try {
      int _ =
          Niceness.change(
              Niceness.ofCallingThread(),
              niceWhenServing.getAsInt(),
              thread -> !isCompiler(thread) && !thread.startsWith("compute-"));
    } catch (IOException refused) {
      log.warn("the worker goes on yielding to others: {}", refused.getMessage());
    }
  }

  private static boolean isCompiler(String thread) {
    return thread.startsWith("C1 Comp") || thread.startsWith("C2 Comp");
  }
}
