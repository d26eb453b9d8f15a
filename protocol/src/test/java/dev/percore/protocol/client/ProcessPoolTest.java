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
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls, retries and the life of a pool, with a server that does what the test needs.
class ProcessPoolTest {
  private static final String ANSWER =
      """
      {"function":"f","arguments":{},"result":"7",\
      "worker":{"slot":1,"pid":42,"thread":"compute-1","thread_id":31},\
      "queued_us":3,"computed_us":5}\
      """;
  private static final String PROBLEM =
      """
      {"type":"/problems/x","title":"X","status":504,"detail":"Too long.","n":5}\
      """;
  private static final String IMAGE =
      """
      HTTP/1.1 200 OK\r
      Content-Type: image/png\r
      Percore-Slot: 1\r
      Percore-Pid: 42\r
      Percore-Thread: compute-1\r
      Percore-Thread-Id: 31\r
      Server-Timing: queue;dur=0.003, compute;dur=0.005, cpu;dur=0.001\r
      Content-Length: 3\r
      \r
      PNG\
      """;
  private static final Computation COMPUTATION =
      new Computation(1, 42, "compute-1", 31, Duration.ofNanos(3_000), Duration.ofNanos(5_000));

  @Test
  void readsResults() throws Exception {
    try (var server =
            new HttpServer(
                (request, out) ->
                    HttpServer.send(out, request.number() == 0 ? HttpServer.json(ANSWER) : IMAGE));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      Result json = pool.apply("f", Map.of());
      assertThat(json.integer()).isEqualTo(7);
      assertThat(json.mediaType()).isEqualTo("application/json");
      assertThat(json.computation()).contains(COMPUTATION);
      assertThatThrownBy(json::bytes).isInstanceOf(IllegalStateException.class);
      Result image = pool.apply("f", Map.of());
      assertThat(image.bytes()).asString().isEqualTo("PNG");
      assertThat(image.mediaType()).isEqualTo("image/png");
      assertThat(image.computation()).contains(COMPUTATION);
      assertThatThrownBy(image::integer).isInstanceOf(NumberFormatException.class);
    }
  }

  @Test
  void readsProblems() throws Exception {
    try (var server =
            new HttpServer(
                (_, out) ->
                    HttpServer.send(
                        out, HttpServer.answer("504 X", "application/problem+json", PROBLEM)));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      assertThatThrownBy(() -> pool.apply("f", Map.of()))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.status()).isEqualTo(504);
                assertThat(e.isTimeout()).isTrue();
                assertThat(e.isBusy()).isFalse();
                assertThat(e.type()).isEqualTo("/problems/x");
                assertThat(e.title()).isEqualTo("X");
                assertThat(e.detail()).isEqualTo("Too long.");
                assertThat(e.document().get("n").asInt()).isEqualTo(5);
                assertThat(e).hasMessage("504 X: Too long.");
              })
          .hasStackTraceContaining(ProcessPoolTest.class.getName());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "nonsense", "[]"})
  void whatIsNoAnswerIsTold(String body) throws Exception {
    try (var server = new HttpServer((_, out) -> HttpServer.send(out, HttpServer.json(body)));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      assertThatThrownBy(() -> pool.apply("f", Map.of()))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("no answer to a call");
      assertThat(server.requests).as("requests, if none is tried again").hasValue(1);
    }
  }

  @Test
  void aBrokenConnectionIsTriedOnceMoreOnANewOne() throws Exception {
    try (var server =
            new HttpServer(
                (request, out) ->
                    request.number() != 1 && HttpServer.send(out, HttpServer.json(ANSWER)));
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
  void moreCallsThanAreSentAtATimeWaitHere() throws Exception {
    var go = new CountDownLatch(1);
    try (var server =
            new HttpServer((_, out) -> await(go) && HttpServer.send(out, HttpServer.json(ANSWER)));
        ProcessPool pool = ProcessPool.builder().calls(2).connect(server.address())) {
      CompletableFuture<Result> first = pool.applyAsync("f", Map.of());
      CompletableFuture<Result> second = pool.applyAsync("f", Map.of());
      awaitAtLeast(server.requests, 2, "requests");
      CompletableFuture<Result> third = pool.applyAsync("f", Map.of());
      go.countDown();
      CompletableFuture.allOf(first, second, third).join();
      // The one that looked for a server, and one for each call that may be sent at a time.
      assertThat(server.accepted).hasValue(3);
    }
  }

  @Test
  @SuppressWarnings("try") // to close it is part of what is tested
  void cancellingClosesTheConnectionOfThatCallAlone() throws Exception {
    var go = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (request, out) ->
                    request.number() < 2 // to these the server never says anything
                        || (await(go) && HttpServer.send(out, HttpServer.json(ANSWER))));
        ProcessPool pool = ProcessPool.builder().retry(true).connect(server.address())) {
      int before = awaitAtLeast(server.hungUp, 1, "connections that only looked for a server");
      CompletableFuture<Result> cancelled = pool.applyAsync("f", Map.of());
      awaitAtLeast(server.requests, 1, "requests");
      CompletableFuture<Result> late = pool.applyAsync("f", Map.of());
      awaitAtLeast(server.requests, 2, "requests");
      CompletableFuture<Result> other = pool.applyAsync("f", Map.of());
      awaitAtLeast(server.requests, 3, "requests");
      assertThat(server.hungUp).hasValue(before);

      assertThat(cancelled.cancel(true)).isTrue();
      var _ = late.orTimeout(1, TimeUnit.MILLISECONDS);
      awaitAtLeast(server.hungUp, before + 2, "connections that the client has closed");
      assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
      assertThat(late)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(TimeoutException.class);

      go.countDown();
      assertThat(other.join().integer()).isEqualTo(7);
      pool.close();
      pool.join();
      assertThat(server.requests).as("requests, if none is tried again").hasValue(3);
    }
  }

  @Test
  @SuppressWarnings("try") // to close it is what is tested
  void closedItTakesNoMoreAndJoinWaitsForTheRest() throws Exception {
    var go = new CountDownLatch(1);
    try (var server =
            new HttpServer((_, out) -> await(go) && HttpServer.send(out, HttpServer.json(ANSWER)));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      var called = new AtomicInteger();
      var _ = pool.applyAsync("f", Map.of()).thenRun(called::incrementAndGet);
      assertThatThrownBy(pool::join).isInstanceOf(IllegalStateException.class);
      pool.close();
      assertThatThrownBy(() -> pool.apply("f", Map.of()))
          .isInstanceOf(RejectedExecutionException.class);
      assertThatThrownBy(() -> pool.imap("f", List.of(1)))
          .isInstanceOf(RejectedExecutionException.class);
      go.countDown();
      pool.join();
      assertThat(called).as("callbacks that ran before join returned").hasValue(1);
    }
  }

  @Test
  void terminateGivesUpCallsUnderWay() throws Exception {
    var never = new CountDownLatch(1);
    try (var server = new HttpServer((_, _) -> await(never));
        ProcessPool pool = ProcessPool.connect(server.address())) {
      List<CompletableFuture<Result>> calls =
          List.of(pool.applyAsync("f", Map.of()), pool.applyAsync("f", Map.of()));
      awaitAtLeast(server.requests, 2, "requests");
      pool.terminate();
      pool.join();
      for (CompletableFuture<Result> call : calls) {
        assertThatThrownBy(call::join).hasCauseInstanceOf(ConnectionLostException.class);
      }
      assertThat(server.requests).as("requests, if none is tried again").hasValue(2);
      never.countDown();
    }
  }

  @Test
  void processesAreThoseOfAServerThatItHasStarted() throws Exception {
    try (var server = new HttpServer((_, _) -> false);
        ProcessPool pool = ProcessPool.connect(server.address())) {
      assertThatThrownBy(pool::processes).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(pool::master).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unix:relative", "https://localhost", "http:///x", "http://a/b", "9"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> ProcessPool.connect(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: unix:/path/to/socket or http://host:port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "F", "a/b", "a?b", "a b"})
  void refusesWhatIsNoName(String name) throws Exception {
    try (var server = new HttpServer((_, _) -> false);
        ProcessPool pool = ProcessPool.connect(server.address())) {
      assertThatThrownBy(() -> pool.apply(name, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> pool.imap(name, List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(server.requests).hasValue(0);
    }
  }

  @Test
  void saysWhereNobodyListens() {
    assertThatThrownBy(() -> ProcessPool.connect("unix:/no/such/socket"))
        .isInstanceOf(ConnectionLostException.class);
  }

  private static int awaitAtLeast(AtomicInteger counted, int count, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (counted.get() < count) {
      assertThat(System.nanoTime() - deadline).as("%d %s", count, what).isNegative();
      Thread.onSpinWait();
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
