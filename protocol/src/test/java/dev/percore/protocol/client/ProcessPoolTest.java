package dev.percore.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessPoolTest {
  private static final String ANSWER =
      "{'function':'f','arguments':{},'result':'7','worker':{'slot':1,'pid':42,'thread':'compute-1'},"
              .replace('\'', '"')
          + "\"queued_us\":3,\"computed_us\":5}";
  private static final String PROBLEM =
      "{\"type\":\"/problems/x\",\"title\":\"X\",\"status\":504,\"detail\":\"Too long.\"}";

  @Test
  void readsResultsAndProblems() throws Exception {
    try (var server =
            new HttpServer(
                (n, out) ->
                    HttpServer.send(
                        out,
                        n == 0
                            ? HttpServer.json(ANSWER)
                            : HttpServer.json(PROBLEM)
                                .replace("200 OK", "504 X")
                                .replace("application/json", "application/problem+json")));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      Result result = pool.apply("f", Map.of());
      assertThat(result.integer()).isEqualTo(7);
      assertThat(result.slot()).isEqualTo(1);
      assertThat(result.pid()).isEqualTo(42);
      assertThat(result.computed()).isEqualTo(Duration.ofNanos(5_000));
      assertThatThrownBy(() -> pool.apply("f", Map.of()))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.isTimeout()).isTrue();
                assertThat(e.type()).isEqualTo("/problems/x");
                assertThat(e).hasMessage("504 X: Too long.");
              });
    }
  }

  @Test
  void aBrokenConnectionIsTriedOnceMoreOnANewOne() throws Exception {
    try (var server =
            new HttpServer((n, out) -> n != 1 && HttpServer.send(out, HttpServer.json(ANSWER)));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      for (int i = 0; i < 2; i++) {
        assertThat(pool.apply("f", Map.of()).integer()).isEqualTo(7);
      }
      assertThat(server.requests).hasValue(3);
    }
  }

  @Test
  void withoutRetryItIsLost() throws Exception {
    try (var server = new HttpServer((_, _) -> false);
        ProcessPool pool = ProcessPool.builder().retry(false).connect(server.address())) {
      assertThatThrownBy(() -> pool.apply("f", Map.of()))
          .isInstanceOf(ConnectionLostException.class);
      assertThat(server.requests).hasValue(1);
    }
  }

  @Test
  @SuppressWarnings("try") // to close it is part of what is tested
  void cancellingClosesTheConnectionOfThatCallAlone() throws Exception {
    var go = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (n, out) ->
                    n == 0 // to this one the server never says anything
                        || (await(go) && HttpServer.send(out, HttpServer.json(ANSWER))));
        ProcessPool pool = ProcessPool.builder().retry(true).connect(server.address())) {
      int before = awaitAtLeast(server.hungUp, 1, "connections that only looked for a server");
      CompletableFuture<Result> cancelled = pool.applyAsync("f", Map.of());
      awaitAtLeast(server.requests, 1, "requests");
      CompletableFuture<Result> other = pool.applyAsync("f", Map.of());
      awaitAtLeast(server.requests, 2, "requests");
      assertThat(server.hungUp).hasValue(before);

      assertThat(cancelled.cancel(true)).isTrue();
      awaitAtLeast(server.hungUp, before + 1, "connections that the client has closed");
      assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);

      go.countDown();
      assertThat(other.join().integer()).isEqualTo(7);
      pool.close();
      pool.join();
      assertThat(server.requests).as("requests, if none is tried again").hasValue(2);
    }
  }

  @Test
  void onlyAWindowOfCallsIsUnderWay() throws Exception {
    var four = new CountDownLatch(4);
    var taken = new AtomicInteger();
    var underWay = new AtomicInteger();
    var most = new AtomicInteger();
    try (var server =
            new HttpServer(
                (_, out) -> {
                  most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                  four.countDown();
                  // The first ones are answered only when there are four of them at a time.
                  boolean together = await(four);
                  underWay.decrementAndGet();
                  return together && HttpServer.send(out, HttpServer.json(ANSWER));
                });
        ProcessPool pool =
            ProcessPool.builder().workers(2).retry(false).connect(server.address())) {
      Iterable<Map<String, Integer>> elements =
          () ->
              IntStream.range(0, 100)
                  .mapToObj(n -> Map.of("n", n + taken.getAndIncrement()))
                  .iterator();
      try (Results results = pool.imap("f", elements)) {
        for (int i = 0; i < 100; i++) {
          assertThat(taken)
              .as("elements taken, %d results taken", i)
              .hasValue(Math.min(100, i + 4));
          assertThat(results.next().integer()).isEqualTo(7);
        }
        assertThat(results.hasNext()).isFalse();
      }
      assertThat(most).as("requests at a time").hasValue(4);
    }
  }

  @Test
  @SuppressWarnings("try") // to close it is what is tested
  void closedItTakesNoMoreAndJoinWaitsForTheRest() throws Exception {
    var go = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (_, out) -> {
                  await(go);
                  return HttpServer.send(out, HttpServer.json(ANSWER));
                });
        ProcessPool pool = ProcessPool.connect(server.address())) {
      CompletableFuture<Result> call = pool.applyAsync("f", Map.of());
      assertThatThrownBy(pool::join).isInstanceOf(IllegalStateException.class);
      pool.close();
      assertThatThrownBy(() -> pool.apply("f", Map.of()))
          .isInstanceOf(RejectedExecutionException.class);
      go.countDown();
      pool.join();
      assertThat(call.join().integer()).isEqualTo(7);
    }
  }

  @Test
  void terminateCutsCallsUnderWay() throws Exception {
    var never = new CountDownLatch(1);
    try (var server = new HttpServer((_, _) -> await(never));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      List<CompletableFuture<Result>> calls =
          List.of(pool.applyAsync("f", Map.of()), pool.applyAsync("f", Map.of()));
      awaitAtLeast(server.requests, 2, "requests");
      pool.terminate();
      pool.join();
      assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
      never.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unix:relative", "https://localhost", "http:///x", "http://a/b", "9"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> ProcessPool.connect(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: unix:/path/to/socket or http://host:port");
  }

  private static int awaitAtLeast(AtomicInteger counted, int count, String what) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (counted.get() < count) {
      assertThat(System.nanoTime() - deadline).as("%d %s", count, what).isNegative();
      Thread.sleep(1);
    }
    return counted.get();
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
