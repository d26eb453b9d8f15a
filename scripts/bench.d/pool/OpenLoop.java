import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Cheap requests at a steady pace, whether those before were answered or not; latency counts from
/// when each was due, so that one that had to wait for the client is not forgotten.
record OpenLoop(URI base, int perSecond, double seconds) {
  private static final int WARM_UP_CONNECTIONS = 16;
  private static final int WARM_UP_REQUESTS = 40_000;

  /// In milliseconds; a request that failed counts as an error and has no latency.
  ///
  /// @param computed requests that were computed meanwhile
  record Latency(double p50, double p99, double p999, int errors, int computed) {}

  /// Has the server at work for a while before anything is measured, so that it has compiled its
  /// code, where it compiles.
  void warmUp(String target) throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < WARM_UP_CONNECTIONS; i++) {
        all.add(clients.submit(() -> request(target, WARM_UP_REQUESTS / WARM_UP_CONNECTIONS)));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
  }

  private Void request(String target, int times) throws IOException {
    int left = times;
    while (left > 0) {
      try (Http connection = new Http(base)) {
        for (; left > 0 && connection.isKept(); left--) {
          connection.get(target);
        }
      }
    }
    return null;
  }

  /// @param computing target of requests that keep the cores busy meanwhile; empty for none
  /// @param clients how many of those are under way at a time
  Latency measure(String target, String computing, int clients) throws Exception {
    var over = new AtomicBoolean();
    var computed = new AtomicInteger();
    try (var antagonists = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients && !computing.isEmpty(); i++) {
        antagonists.submit(() -> compute(computing, over, computed));
      }
      try {
        pace(target, 1, computed);
        computed.set(0);
        return pace(target, seconds, computed);
      } finally {
        over.set(true);
      }
    }
  }

  private void compute(String target, AtomicBoolean over, AtomicInteger computed) {
    while (!over.get()) {
      try (Http connection = new Http(base)) {
        while (!over.get() && connection.isKept()) {
          connection.get(target);
          computed.incrementAndGet();
        }
      } catch (IOException refused) {
        LockSupport.parkNanos(10_000_000); // and again: the cores are to be busy
      }
    }
  }

  private Latency pace(String target, double duration, AtomicInteger computed) {
    int count = (int) (perSecond * duration);
    List<Double> millis = Collections.synchronizedList(new ArrayList<>(count));
    var errors = new AtomicInteger();
    Deque<Http> idle = new ConcurrentLinkedDeque<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long began = System.nanoTime();
      for (int i = 0; i < count; i++) {
        long due = began + (long) (i * 1e9 / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        clients.submit(
            () -> {
              try {
                Http kept = idle.pollLast();
                Http connection = kept == null ? new Http(base) : kept;
                connection.get(target);
                millis.add((System.nanoTime() - due) / 1e6);
                if (connection.isKept()) {
                  idle.addLast(connection);
                } else {
                  connection.close();
                }
              } catch (IOException failure) {
                errors.incrementAndGet();
              }
            });
      }
    }
    for (Http connection : idle) {
      try {
        connection.close();
      } catch (IOException failure) {
        errors.incrementAndGet();
      }
    }
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Latency(
        Medians.at(sorted, 0.5),
        Medians.at(sorted, 0.99),
        Medians.at(sorted, 0.999),
        errors.get(),
        computed.get());
  }
}
