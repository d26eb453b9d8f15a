package dev.percore.master.it;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Clients that come at a steady pace, whether those before them were answered or not; each has a
/// connection of its own and asks once.
final class OpenLoop implements AutoCloseable {
  private final PercoreServer server;
  private final String target;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Future<Visit>> visits = new ConcurrentLinkedQueue<>();

  /// One client's visit.
  ///
  /// @param startedNanos before it connected
  /// @param endedNanos when it had its answer, or none
  /// @param status 0 when the connection failed
  record Visit(long startedNanos, long endedNanos, int status, String outcome) {
    boolean isAnswered() {
      return status == 200;
    }

    /// How long it took.
    Duration duration() {
      return Duration.ofNanos(endedNanos - startedNanos);
    }

    /// Whether it was under way at some moment between these two.
    boolean meets(long fromNanos, long toNanos) {
      return startedNanos <= toNanos && endedNanos >= fromNanos;
    }
  }

  private OpenLoop(PercoreServer server, String target) {
    this.server = server;
    this.target = target;
  }

  /// Begins.
  static OpenLoop start(PercoreServer server, String target, Duration pace) {
    var loop = new OpenLoop(server, target);
    var _ =
        loop.clock.scheduleAtFixedRate(
            () -> loop.visits.add(loop.clients.submit(loop::visit)),
            0,
            pace.toNanos(),
            TimeUnit.NANOSECONDS);
    return loop;
  }

  /// How many have come.
  int size() {
    return visits.size();
  }

  /// Lets no more come, waits for those that are there, and tells how all of them fared.
  List<Visit> finish() throws InterruptedException {
    clock.shutdown();
    if (!clock.awaitTermination(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the clock does not stop");
    }
    clients.close();
    return visits.stream().map(Future::resultNow).toList();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    clients.close();
  }

  private Visit visit() {
    long started = System.nanoTime();
    try (RawConnection connection = server.connect()) {
      RawAnswer answer = connection.get(target);
      return new Visit(started, System.nanoTime(), answer.status(), answer.toString());
    } catch (IOException failure) {
      return new Visit(started, System.nanoTime(), 0, failure.toString());
    }
  }
}
