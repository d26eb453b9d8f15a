package dev.percore.master.it;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Clients that ask again and again on a connection each, with a pause in between. One whose
/// answer tells it that the connection ends opens another one, as it should.
final class KeepAliveClients implements AutoCloseable {
  private final PercoreServer server;
  private final long pauseNanos;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean ending;

  private KeepAliveClients(PercoreServer server, Duration pause) {
    this.server = server;
    this.pauseNanos = pause.toNanos();
  }

  static KeepAliveClients start(PercoreServer server, int count, Duration pause) {
    var clients = new KeepAliveClients(server, pause);
    for (int i = 0; i < count; i++) {
      var _ = clients.threads.submit(clients::ask);
    }
    return clients;
  }

  private void ask() {
    while (!ending) {
      try (RawConnection connection = server.connect()) {
        while (!ending) {
          RawAnswer answer = connection.get("/calc?n=1000");
          answered.incrementAndGet();
          if (answer.status() != 200) {
            failures.add(answer.toString());
          }
          if (answer.header("Connection").equals("close")) {
            break;
          }
          LockSupport.parkNanos(pauseNanos);
        }
      } catch (IOException failure) {
        failures.add(failure.toString());
      }
    }
  }

  /// How many answers they have got.
  int answered() {
    return answered.get();
  }

  /// Lets them ask no more.
  ///
  /// @return what went wrong
  List<String> finish() throws InterruptedException {
    ending = true;
    threads.shutdown();
    if (!threads.awaitTermination(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("a client does not end");
    }
    return new ArrayList<>(failures);
  }

  @Override
  public void close() {
    ending = true;
    threads.close();
  }
}
