package pool;

import common.Http;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Clients that keep the cores of a server busy until they are closed.
final class Antagonists implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger computed = new AtomicInteger();
  private final URI base;
  private volatile boolean over;

  private Antagonists(URI base) {
    this.base = base;
  }

  static Antagonists start(URI base, String target, int clients) {
    var antagonists = new Antagonists(base);
    for (int i = 0; i < clients; i++) {
      antagonists.threads.submit(() -> antagonists.compute(target));
    }
    return antagonists;
  }

  /// The requests that were answered so far.
  int computed() {
    return computed.get();
  }

  private void compute(String target) {
    while (!over) {
      try (Http connection = new Http(base)) {
        while (!over && connection.isKept()) {
          connection.get(target);
          computed.incrementAndGet();
        }
      } catch (IOException refused) {
        LockSupport.parkNanos(10_000_000); // and again: the cores are to be busy
      }
    }
  }

  @Override
  public void close() {
    over = true;
    threads.close();
  }
}
