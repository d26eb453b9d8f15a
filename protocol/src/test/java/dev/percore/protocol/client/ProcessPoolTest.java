package dev.percore.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    try (var server = new HttpServer((n, out) -> n != 1 && HttpServer.send(out, HttpServer.json(ANSWER)));
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
  void cancellingClosesTheConnection() throws Exception {
    var asked = new CountDownLatch(1);
    var hungUp = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (_, out) -> {
                  asked.countDown();
                  try {
                    while (true) {
                      HttpServer.send(out, "HTTP/1.1 100 Continue\r\nX: y\r\n");
                      Thread.onSpinWait();
                    }
                  } finally {
                    hungUp.countDown();
                  }
                });
        ProcessPool pool = ProcessPool.builder().retry(true).connect(server.address())) {
      CompletableFuture<Result> call = pool.applyAsync("f", Map.of());
      asked.await();
      assertThat(call.cancel(true)).isTrue();
      assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(call::join).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void onlyAWindowOfCallsIsUnderWay() throws Exception {
    var never = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (_, out) -> {
                  await(never);
                  return HttpServer.send(out, HttpServer.json(ANSWER));
                });
        ProcessPool pool = ProcessPool.builder().workers(2).connect(server.address())) {
      try (Results results = pool.imap("f", Collections.nCopies(100, Map.of()))) {
        waitUntilRequests(server, 4);
        assertThatThrownBy(() -> pool.apply("f", Map.of(), Duration.ofMillis(100)))
            .isInstanceOf(TimeoutException.class);
        assertThat(server.requests.get()).isEqualTo(5);
        never.countDown();
        assertThat(results.stream().count()).isEqualTo(100);
      }
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
      waitUntilRequests(server, 2);
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

  private static void waitUntilRequests(HttpServer server, int count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (server.requests.get() < count) {
      assertThat(System.nanoTime()).as(count + " requests").isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
