package dev.percore.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Maps, with a server that answers each element with itself.
class ResultsTest {
  private static final String STREAM =
      """
      HTTP/1.1 200 OK\r
      Content-Type: application/x-ndjson\r
      Transfer-Encoding: chunked\r
      \r
      """;

  private final AtomicInteger read = new AtomicInteger();

  /// Endless.
  private Iterator<Integer> numbers() {
    return Stream.generate(read::getAndIncrement).iterator();
  }

  @Test
  void anEndlessInputIsReadNoFurtherThanToKeepAllWorkersBusy() throws Exception {
    try (var server = new HttpServer(ResultsTest::echo);
        ProcessPool pool = ProcessPool.builder().workers(2).connect(server.address());
        Results results = pool.imap("f", this::numbers, 3)) {
      for (int i = 0; i < 100; i++) {
        assertThat(results.next().integer()).isEqualTo(i);
        assertThat(read.get()).as("elements read, %d results taken", i + 1).isBetween(i, i + 1 + 9);
      }
      // Who does not take, has it stop: with 9 elements ahead, in whole chunks.
      awaitEquals(109, read);
      awaitEquals(36, server.requests);
    }
  }

  @Test
  void eachRequestHasAChunk() throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    try (var server =
            new HttpServer(
                (request, out) -> {
                  bodies.add(request.target() + " " + request.body().replace("\n", ";"));
                  return echo(request, out);
                });
        ProcessPool pool = ProcessPool.builder().workers(1).calls(1).connect(server.address());
        Results results = pool.imap("f", List.of(1, 2, 3, 4, 5), 2)) {
      assertThat(integers(results)).containsExactly(1, 2, 3, 4, 5);
      assertThat(bodies).containsExactly("/calc/f/map 1;2;", "/calc/f/map 3;4;", "/calc/f/map 5;");
    }
  }

  @Test
  void aMapMakesFourChunksForEachWorker() throws Exception {
    try (var server = new HttpServer(ResultsTest::echo);
        ProcessPool pool = ProcessPool.builder().workers(2).connect(server.address())) {
      assertThat(pool.map("f", Collections.nCopies(80, 1))).hasSize(80);
      assertThat(server.requests).hasValue(8);
      assertThat(pool.map("f", List.of())).isEmpty();
    }
  }

  @Test
  void resultsKeepTheOrderUnlessTheyNeedNot() throws Exception {
    for (boolean ordered : List.of(true, false)) {
      var secondIsTaken = new CountDownLatch(1);
      try (var server =
              new HttpServer(
                  (request, out) ->
                      (!request.body().equals("0\n") || ordered || await(secondIsTaken))
                          && echo(request, out));
          ProcessPool pool = ProcessPool.builder().workers(1).connect(server.address());
          Results results =
              ordered ? pool.imap("f", List.of(0, 1)) : pool.imapUnordered("f", List.of(0, 1))) {
        assertThat(results.next().integer()).isEqualTo(ordered ? 0 : 1);
        secondIsTaken.countDown();
        assertThat(results.next().integer()).isEqualTo(ordered ? 1 : 0);
        assertThat(results.hasNext()).isFalse();
        assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
      }
    }
  }

  @Test
  void aResultIsThereBeforeItsChunkIsDone() throws Exception {
    var firstIsTaken = new CountDownLatch(1);
    try (var server =
            new HttpServer(
                (_, out) -> {
                  HttpServer.send(out, STREAM + chunk("{\"index\":0,\"result\":10}\n"));
                  return await(firstIsTaken)
                      && HttpServer.send(out, chunk("{\"index\":1,\"result\":11}\n") + "0\r\n\r\n");
                });
        ProcessPool pool = ProcessPool.connect(server.address());
        Results results = pool.imap("f", List.of(0, 1), 2)) {
      assertThat(results.next().integer()).isEqualTo(10);
      firstIsTaken.countDown();
      assertThat(results.next().integer()).isEqualTo(11);
    }
  }

  @Test
  void anElementThatFailsIsThrownAndTheOthersGoOn() throws Exception {
    String answer =
        """
        {"index":0,"result":10}
        {"index":1,"error":{"type":"/problems/x","title":"X","status":400,"detail":"No."}}
        {"index":2,"result":{"media_type":"image/png","base64":"UE5H"}}
        """;
    try (var server =
            new HttpServer(
                (_, out) ->
                    HttpServer.send(
                        out, HttpServer.answer("200 OK", "application/x-ndjson", answer)));
        ProcessPool pool = ProcessPool.connect(server.address());
        Results results = pool.imap("f", List.of(0, 1, 2), 3)) {
      assertThat(results.next().integer()).isEqualTo(10);
      assertThatThrownBy(results::next)
          .isInstanceOfSatisfying(
              RemoteException.class, e -> assertThat(e.type()).isEqualTo("/problems/x"));
      Result image = results.next();
      assertThat(image.bytes()).asString().isEqualTo("PNG");
      assertThat(image.mediaType()).isEqualTo("image/png");
      assertThat(image.computation()).isEmpty();
      assertThat(results.hasNext()).isFalse();
    }
  }

  @Test
  void aRequestThatIsRefusedFailsAllOfItsElements() throws Exception {
    try (var server =
            new HttpServer(
                (_, out) ->
                    HttpServer.send(
                        out,
                        HttpServer.answer(
                            "503 X", "application/problem+json", "{\"status\":503}")));
        ProcessPool pool = ProcessPool.connect(server.address());
        Results results = pool.imap("f", List.of(0, 1), 2)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(results::next)
            .isInstanceOfSatisfying(RemoteException.class, e -> assertThat(e.isBusy()).isTrue());
      }
      assertThat(results.hasNext()).isFalse();
      assertThatThrownBy(() -> pool.map("f", List.of(0, 1))).isInstanceOf(RemoteException.class);
    }
  }

  @Test
  void whereTheConnectionBreaksOnlyTheRestIsSentAgain() throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    HttpServer.Script script =
        (request, out) -> {
          bodies.add(request.body().replace("\n", ";"));
          if (request.number() > 0) {
            return echo(request, out);
          }
          HttpServer.send(out, STREAM + chunk("{\"index\":1,\"result\":1}\n"));
          return false;
        };
    try (var server = new HttpServer(script);
        ProcessPool pool = ProcessPool.connect(server.address());
        Results results = pool.imap("f", List.of(0, 1, 2), 3)) {
      assertThat(integers(results)).containsExactly(0, 1, 2);
      assertThat(bodies).containsExactly("0;1;2;", "0;2;");
    }
    try (var server = new HttpServer(script);
        ProcessPool pool = ProcessPool.builder().retry(false).connect(server.address());
        Results results = pool.imap("f", List.of(0, 1, 2), 3)) {
      assertThatThrownBy(results::next).isInstanceOf(ConnectionLostException.class);
      assertThat(results.next().integer()).isEqualTo(1);
      assertThatThrownBy(results::next).isInstanceOf(ConnectionLostException.class);
      assertThat(results.hasNext()).isFalse();
    }
  }

  @Test
  void outcomesThatCannotBeAreTold() throws Exception {
    for (String line :
        List.of(
            "{\"index\":2,\"result\":1}",
            "{\"index\":-1,\"result\":1}",
            "{\"index\":0}",
            "{\"index\":0,\"result\":1,\"error\":{}}",
            "{\"index\":1,\"result\":1}\n{\"index\":1,\"result\":1}",
            "nonsense",
            "")) {
      try (var server =
              new HttpServer((_, out) -> HttpServer.send(out, HttpServer.json(line + "\n")));
          ProcessPool pool = ProcessPool.connect(server.address());
          Results results = pool.imap("f", List.of(0, 1), 2)) {
        assertThatThrownBy(results::next).as(line).isInstanceOf(ConnectionLostException.class);
        assertThat(server.requests).as("requests, if none is tried again").hasValue(1);
      }
    }
  }

  @Test
  void whatTheInputThrowsComesAfterTheResultsBefore() throws Exception {
    Iterable<Integer> input =
        () ->
            IntStream.iterate(0, i -> i + 1)
                .map(
                    i -> {
                      if (i == 3) {
                        throw new IllegalStateException("the input is broken");
                      }
                      return i;
                    })
                .iterator();
    try (var server = new HttpServer(ResultsTest::echo);
        ProcessPool pool = ProcessPool.connect(server.address());
        Results results = pool.imap("f", input, 2)) {
      for (int i = 0; i < 3; i++) {
        assertThat(results.next().integer()).isEqualTo(i);
      }
      assertThatThrownBy(results::next)
          .isInstanceOf(CompletionException.class)
          .hasRootCauseMessage("the input is broken");
      assertThat(results.hasNext()).isFalse();
    }
  }

  @Test
  void aLongElementTravelsAlone() throws Exception {
    try (var server =
            new HttpServer(
                (request, out) ->
                    HttpServer.send(
                        out,
                        HttpServer.json(
                            "{\"index\":0,\"result\":%d}\n".formatted(request.body().length()))));
        ProcessPool pool = ProcessPool.connect(server.address());
        Results results = pool.imap("f", Collections.nCopies(2, "x".repeat(300_000)), 2)) {
      assertThat(integers(results)).containsExactly(300_003, 300_003);
    }
  }

  @Test
  @SuppressWarnings("try") // to close it is what is tested
  void closedItReadsNoMoreAndLetsThePoolEnd() throws Exception {
    var never = new CountDownLatch(1);
    try (var server = new HttpServer((_, _) -> await(never));
        ProcessPool pool = ProcessPool.builder().workers(1).connect(server.address());
        Results results = pool.imap("f", this::numbers)) {
      awaitEquals(2, server.requests);
      int hungUp = server.hungUp.get();
      results.close();
      assertThat(results.hasNext()).isFalse();
      never.countDown();
      awaitAtLeast(hungUp + 2, server.hungUp);
      pool.close();
      pool.join();
      assertThat(read).hasValue(2);
    }
  }

  @Test
  void terminateEndsAMapThatIsWaitedFor() throws Exception {
    var never = new CountDownLatch(1);
    try (var server = new HttpServer((_, _) -> await(never));
        ProcessPool pool = ProcessPool.builder().workers(1).connect(server.address());
        Results results = pool.imap("f", this::numbers)) {
      awaitEquals(2, server.requests);
      pool.terminate();
      for (int i = 0; i < 3; i++) { // the two under way, and that there are no more
        assertThatThrownBy(results::next).isInstanceOf(ConnectionLostException.class);
      }
      assertThat(results.hasNext()).isFalse();
      pool.join();
      never.countDown();
    }
  }

  @Test
  @SuppressWarnings("try") // to close it is part of what is tested
  void aStreamThatIsClosedEndsTheMap() throws Exception {
    try (var server = new HttpServer(ResultsTest::echo);
        ProcessPool pool = ProcessPool.builder().workers(1).connect(server.address())) {
      try (Stream<Result> stream = pool.imap("f", this::numbers).stream()) {
        assertThat(stream.map(Result::integer).limit(3)).hasSize(3);
      }
      pool.close();
      pool.join();
    }
  }

  private static List<Integer> integers(Results results) {
    List<Integer> integers = new ArrayList<>();
    for (Iterator<Result> all = results; all.hasNext(); ) {
      integers.add(all.next().integer().intValueExact());
    }
    return integers;
  }

  // Each element is its own result.
  private static boolean echo(HttpServer.Request request, OutputStream out) throws IOException {
    StringBuilder answer = new StringBuilder(STREAM);
    int index = 0;
    for (String element : request.body().split("\n", -1)) {
      if (!element.isEmpty()) {
        answer.append(chunk("{\"index\":%d,\"result\":%s}\n".formatted(index++, element)));
      }
    }
    return HttpServer.send(out, answer + "0\r\n\r\n");
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static void awaitEquals(int count, AtomicInteger counted) {
    awaitAtLeast(count, counted);
    assertThat(counted).hasValue(count);
  }

  private static void awaitAtLeast(int count, AtomicInteger counted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (counted.get() < count) {
      assertThat(System.nanoTime() - deadline)
          .as("%d, wanted %d", counted.get(), count)
          .isNegative();
      Thread.onSpinWait();
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
