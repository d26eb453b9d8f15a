package common;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A server beside Percore.
public final class Rival extends Launched {
  private static final int START_SECONDS_MAX = 20;

  private Rival(Site site, int port, List<String> command, Path log) throws IOException {
    super(site, loopback(port), command, log);
  }

  static Rival start(Site site, int port, List<String> command, Path log) throws IOException {
    var rival = new Rival(site, port, command, log);
    try {
      rival.awaitAnswer();
      return rival;
    } catch (IOException noAnswer) {
      rival.close();
      throw noAnswer;
    }
  }

  private void awaitAnswer() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (true) {
      try (Http connection = new Http(base())) {
        connection.get("/healthz");
        return;
      } catch (IOException notYet) {
        requireAlive();
        if (System.nanoTime() > deadline) {
          throw new IOException(commandLine() + " does not answer: " + log(), notYet);
        }
        LockSupport.parkNanos(50_000_000); // and looks again
      }
    }
  }
}
