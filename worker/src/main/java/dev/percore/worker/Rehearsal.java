package dev.percore.worker;

import dev.percore.config.net.ListenAddress;
import dev.percore.protocol.posix.PosixException;
import dev.percore.protocol.posix.SocketPair;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests that a worker sends to itself before clients come, until they do not get quicker
/// any more: the JVM loads and compiles what serving takes. They go the whole way, over a
/// connection and the event loop to handlers and the compute lane and back, but through a
/// service of their own, so that no figure, log or limit counts them.
final class Rehearsal {
  private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

  private static final List<String> TARGETS =
      List.of("/healthz", "/calc?n=1000", "/calc/count?n=100", "/healthz", "/");

  private static final int REQUESTS_PER_ROUND_MAX = 100;

  /// So many rounds in a row that differ little mean that it has settled.
  private static final int SETTLED_ROUNDS = 4;

  private static final double SETTLED_RATIO = 1.25;

  private final Service stage;
  private final EventLoop loop;
  private final Duration limit;
  private final int requestsPerRound;

  /// @param stage not started; this object starts and closes it
  /// @param limit how long it may take
  /// @param requestsPerConnection as the settings limit them; 0 means no limit
  Rehearsal(Service stage, EventLoop loop, Duration limit, int requestsPerConnection) {
    this.stage = stage;
    this.loop = loop;
    this.limit = limit;
    this.requestsPerRound =
        requestsPerConnection == 0
            ? REQUESTS_PER_ROUND_MAX
            : Math.min(REQUESTS_PER_ROUND_MAX, requestsPerConnection);
  }

  /// Rehearses. A rehearsal that fails is no reason not to serve.
  void run() {
    long begunNanos = System.nanoTime();
    stage.start(loop);
    try {
      int rounds = rehearse(begunNanos + limit.toNanos());
      log.debug(
          "rehearsed {} requests in {} ms",
          rounds * requestsPerRound,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos));
    } catch (TimeoutException _) {
      log.debug("the time for rehearsals is over");
    } catch (PosixException | ExecutionException failure) {
      log.warn("serves without a full rehearsal", failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      var _ = stage.front().close();
    }
  }

  private int rehearse(long deadlineNanos)
      throws PosixException, InterruptedException, ExecutionException, TimeoutException {
    Deque<Long> lastNanos = new ArrayDeque<>();
    int rounds = 0;
    while (!isSettled(lastNanos) && System.nanoTime() - deadlineNanos < 0) {
      long begun = System.nanoTime();
      playRound(deadlineNanos);
      lastNanos.add(System.nanoTime() - begun);
      if (lastNanos.size() > SETTLED_ROUNDS) {
        lastNanos.remove();
      }
      rounds++;
    }
    return rounds;
  }

  // On a connection of its own, since there may be a limit to the requests on one.
  private void playRound(long deadlineNanos)
      throws PosixException, InterruptedException, ExecutionException, TimeoutException {
    SocketPair pair = SocketPair.open();
    Channel server = new EpollDomainSocketChannel(pair.one());
    server
        .pipeline()
        .addLast(stage.front().childHandler(new ListenAddress.Unix(Path.of("rehearsal"), false)));
    Channel client = new EpollDomainSocketChannel(pair.other());
    RehearsalClient requests = new RehearsalClient(client);
    client.pipeline().addLast(requests);
    loop.register(server).syncUninterruptibly();
    loop.register(client).syncUninterruptibly();
    try {
      for (int i = 0; i < requestsPerRound && System.nanoTime() - deadlineNanos < 0; i++) {
        requests
            .get(TARGETS.get(i % TARGETS.size()))
            .get(Math.max(deadlineNanos - System.nanoTime(), 1), TimeUnit.NANOSECONDS);
      }
    } finally {
      client.close().awaitUninterruptibly();
    }
  }

  private static boolean isSettled(Deque<Long> lastNanos) {
    if (lastNanos.size() < SETTLED_ROUNDS) {
      return false;
    }
    long shortest = lastNanos.stream().mapToLong(Long::longValue).min().orElseThrow();
    long longest = lastNanos.stream().mapToLong(Long::longValue).max().orElseThrow();
    return longest <= shortest * SETTLED_RATIO;
  }
}
