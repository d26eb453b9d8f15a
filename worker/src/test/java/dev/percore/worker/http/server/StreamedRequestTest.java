package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.RequestLines;
import dev.percore.worker.http.ResponseStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are taken line by line while they arrive.
@Timeout(60)
class StreamedRequestTest {
  private static final Response HEAD =
      new Response(200, List.of(new Response.Header("Content-Type", "text/plain")), Body.EMPTY);

  private static final String CHUNKED = "Transfer-Encoding: chunked";

  /// As the test server has it.
  private static final int LIMIT = 10_000;

  private final TestServer server = TestServer.started();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void handsLinesOverAndIsAnsweredWhileMoreAreToCome() {
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      assertThat(exchange.request().body()).isEmpty();
      RequestLines lines = lines(exchange);
      ResponseStream answer = exchange.stream(HEAD);
      client.readHead();
      assertThat(lines.next()).isNull();
      assertThat(lines.isOver()).isFalse();
      for (String line : List.of("one", "two", "three")) {
        client.sendChunk(line + "\nha");
        client.sendChunk("lf\n");
        assertThat(take(lines)).isEqualTo(line);
        assertThat(answer.write(bytes(line))).isTrue();
        assertThat(client.readChunk()).isEqualTo(line);
        assertThat(take(lines)).isEqualTo("half");
      }
      client.sendChunk("last");
      client.sendChunk("");
      assertThat(take(lines)).isEqualTo("last");
      assertThat(lines.isOver()).isTrue();
      assertThat(lines.problem()).isNull();
      answer.end();
      assertThat(client.readChunk()).isEmpty();
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
    assertThat(server.heldBytes()).isZero();
    assertThat(server.front.inFlight()).isZero();
  }

  @Test
  void handsLinesOverOfABodyOfAKnownLengthBeyondTheLimit() {
    String line = "x".repeat(999);
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, "Content-Length: " + 100 * LIMIT);
      RequestLines lines = lines(exchange);
      for (int i = 0; i < LIMIT / 10; i++) {
        client.send(line + "\n");
        assertThat(take(lines)).isEqualTo(line);
      }
      awaitOver(lines);
      exchange.respond(Response.text(200, "all"));
      assertThat(client.read().body()).isEqualTo("all");
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void readsNoMoreThanIsTakenAndGoesOnWhenItIs() throws Exception {
    int count = 1_000_000;
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, "Content-Length: " + 50L * count);
      RequestLines lines = lines(exchange);
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    String thousand = ("z".repeat(49) + "\n").repeat(1000);
                    for (int i = 0; i < count; i += 1000) {
                      client.send(thousand);
                    }
                  });
      Eventually.await("full", () -> received() > 64 * 1024 && isStill(received()));
      assertThat(received()).isLessThan(LIMIT + 4 * 64 * 1024);
      assertThat(server.heldBytes()).isLessThan(LIMIT + 8 * 64 * 1024);

      AtomicLong taken = new AtomicLong();
      CountDownLatch over = new CountDownLatch(1);
      takeAll(lines, taken, over);
      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
      sender.join();
      assertThat(taken).hasValue(49L * count);
      exchange.respond(Response.text(200, "all"));
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void takesABodyWithinTheLimitFromAClientThatReadsNothing() {
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      for (int i = 0; i < LIMIT / 100; i++) {
        client.sendChunk("y".repeat(99) + "\n");
      }
      client.sendChunk("");
      RequestLines lines = lines(exchange);
      for (int i = 0; i < LIMIT / 100; i++) {
        assertThat(next(lines)).hasSize(99);
      }
      // Though nothing was given back.
      awaitOver(lines);
      exchange.respond(Response.text(200, "all"));
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @Test
  void tellsAClientThatWaitsToGoOn() {
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED + "\r\nExpect: 100-continue");
      assertThat(client.readHead().status()).isEqualTo(100);
      client.sendChunk("1\n").sendChunk("");
      RequestLines lines = lines(exchange);
      assertThat(take(lines)).isEqualTo("1");
      awaitOver(lines);
      exchange.respond(Response.text(200, "done"));
      assertThat(client.read().body()).isEqualTo("done");
    }
  }

  @Test
  void aLineThatIsTooLongEndsIt() {
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      RequestLines lines = lines(exchange);
      ResponseStream answer = exchange.stream(HEAD);
      client.readHead();
      client.sendChunk("1\n").sendChunk("x".repeat(LIMIT)).sendChunk("x".repeat(LIMIT));
      assertThat(take(lines)).isEqualTo("1");
      awaitOver(lines);
      assertThat(problem(lines).status()).isEqualTo(413);
      answer.end();
      assertThat(client.readChunks()).isEmpty();
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void aBodyThatIsNoneEndsItAndTheConnection() {
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      RequestLines lines = lines(exchange);
      client.sendChunk("1\nbroken").send("x\r\n");
      assertThat(take(lines)).isEqualTo("1");
      awaitOver(lines);
      assertThat(problem(lines).status()).isEqualTo(400);
      exchange.respond(problem(lines));
      Client.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void waitsForALineButNotForeverUnlessItHasSomethingToDo() throws Exception {
    try (TestServer brief = TestServer.with().bodyTimeout(Duration.ofMillis(600)).start();
        Client slow = brief.connect();
        Client trickling = brief.connect()) {
      slow.send(head(CHUNKED)).sendChunk("1\n");
      Exchange exchange = brief.takeHeld();
      RequestLines lines = lines(exchange);
      byte[] line = next(lines);
      lines.onMore(() -> {});

      trickling.send(head(CHUNKED));
      Exchange late = brief.takeHeld();
      RequestLines nothing = lines(late);
      Thread drops =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!nothing.isOver()) {
                      trickling.sendChunk("x");
                      pause(20);
                    }
                  });
      while (!nothing.isOver()) {
        assertThat(nothing.next()).isNull();
        awaitMore(nothing);
      }
      assertThat(problem(nothing).status()).isEqualTo(408);
      drops.join();
      late.respond(problem(nothing));
      assertThat(lines.isOver()).as("which waited for longer").isFalse();

      lines.release(line.length);
      for (int i = 0; i < 10; i++) {
        slow.sendChunk("\n");
        awaitMore(lines);
        assertThat(lines.next()).isNull();
        assertThat(lines.isOver()).isFalse();
        pause(100);
      }
      awaitOver(lines);
      assertThat(problem(lines).status()).isEqualTo(408);
      exchange.respond(problem(lines));
      assertThat(slow.read().status()).isEqualTo(408);
      assertThat(slow.isEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatVanishesLeavesNothingBehind(boolean stuck) throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    RequestLines lines;
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      lines = lines(exchange);
      exchange.onClientGone(told::countDown);
      client.sendChunk(("x".repeat(99) + "\n").repeat(stuck ? 3_000 : 3));
      Eventually.await("arrived", () -> received() > (stuck ? 64 * 1024 : 300));
      next(lines);
      client.reset();
    }
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(server.heldBytes()).isZero();
    assertThat(lines.next()).isNull();
    assertThat(lines.isOver()).isTrue();
    lines.release(99);
    assertThat(server.heldBytes()).isZero();
    assertThat(server.front.inFlight()).isZero();
  }

  @Test
  void anEarlyAnswerEndsTheConnectionUnlessAllHasArrived() {
    String whole = head("Content-Length: 4") + "1\n2\n";
    try (Client client = server.connect()) {
      client.send(whole + "GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
      server.takeHeld().respond(Response.text(403, "no"));
      assertThat(client.read().body()).isEqualTo("no");
      assertThat(client.read().body()).isEqualTo("quick");

      client.send(head("Content-Length: 4") + "1\n2");
      server.takeHeld().respond(Response.text(403, "no"));
      Client.Answer answer = client.read();
      assertThat(answer.body()).isEqualTo("no");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void requestsBehindItWaitForTheirTurn() {
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      client.sendChunk("1\n").sendChunk("").get("/quick");
      client.send(head("Content-Length: 1") + "2").get("/quick");
      RequestLines lines = lines(exchange);
      assertThat(take(lines)).isEqualTo("1");
      awaitOver(lines);
      exchange.respond(Response.text(200, "first"));
      assertThat(client.read().body()).isEqualTo("first");
      assertThat(client.read().body()).isEqualTo("quick");
      Exchange second = server.takeHeld();
      assertThat(take(lines(second))).isEqualTo("2");
      second.respond(Response.text(200, "second"));
      assertThat(client.read().body()).isEqualTo("second");
      assertThat(client.read().body()).isEqualTo("quick");
    }
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void http10AndEmptyBodiesComeWhole() {
    try (Client client = server.connect()) {
      client.send("POST /lines HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      Exchange exchange = server.takeHeld();
      assertThat(exchange.lines()).isNull();
      exchange.respond(Response.text(200, "empty"));
      assertThat(client.read().body()).isEqualTo("empty");

      client.send("POST /lines HTTP/1.0\r\nContent-Length: 3\r\n\r\n1\n2");
      Exchange old = server.takeHeld();
      assertThat(old.lines()).isNull();
      assertThat(old.request().body()).asString().isEqualTo("1\n2");
      old.respond(Response.text(200, "whole"));
      assertThat(client.read().body()).isEqualTo("whole");
    }
    try (Client client = server.connect()) {
      client.send("POST /lines HTTP/1.0\r\nContent-Length: " + (LIMIT + 1) + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(413);
    }
  }

  @Test
  void goesOnWhileTheServerDrainsAndIsCutInTheEnd() throws Exception {
    try (Client finished = server.connect();
        Client endless = server.connect()) {
      Exchange first = begin(finished, CHUNKED);
      Exchange second = begin(endless, CHUNKED);
      server.drain();
      finished.sendChunk("1\n").sendChunk("");
      endless.sendChunk("1\n");
      assertThat(take(lines(first))).isEqualTo("1");
      assertThat(take(lines(second))).isEqualTo("1");
      awaitOver(lines(first));
      first.respond(Response.text(200, "done"));
      Client.Answer answer = finished.read();
      assertThat(answer.body()).isEqualTo("done");
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(server.front.drained().toCompletableFuture()).isNotDone();

      assertThat(server.front.close().toCompletableFuture().get(10, TimeUnit.SECONDS)).isOne();
      assertThat(lines(second).isOver()).isTrue();
    }
    server.front.drained().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void whoFailsOnALineLosesItsClient() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    try (Client client = server.connect()) {
      Exchange exchange = begin(client, CHUNKED);
      exchange.onClientGone(told::countDown);
      lines(exchange)
          .onMore(
              () -> {
                throw new IllegalStateException("on purpose");
              });
      client.sendChunk("1\n");
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(server.heldBytes()).isZero();
  }

  private static String head(String fields) {
    return "POST /lines HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
  }

  private Exchange begin(Client client, String fields) {
    client.send(head(fields));
    return server.takeHeld();
  }

  private static RequestLines lines(Exchange exchange) {
    return Objects.requireNonNull(exchange.lines(), "the body came whole");
  }

  private static Problem problem(RequestLines lines) {
    return Objects.requireNonNull(lines.problem(), "there is no problem");
  }

  /// The next line, which stays with the taker.
  private static byte[] next(RequestLines lines) {
    for (byte[] line = lines.next(); ; line = lines.next()) {
      if (line != null) {
        return line;
      }
      assertThat(lines.isOver()).as("over, by %s", lines.problem()).isFalse();
      awaitMore(lines);
    }
  }

  /// The next line, which is given back.
  private static String take(RequestLines lines) {
    byte[] line = next(lines);
    lines.release(line.length);
    return new String(line, StandardCharsets.US_ASCII);
  }

  private static void awaitOver(RequestLines lines) {
    while (!lines.isOver()) {
      assertThat(lines.next()).isNull();
      if (!lines.isOver()) {
        awaitMore(lines);
      }
    }
  }

  private static void awaitMore(RequestLines lines) {
    CountDownLatch more = new CountDownLatch(1);
    lines.onMore(more::countDown);
    try {
      assertThat(more.await(TestServer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void takeAll(RequestLines lines, AtomicLong taken, CountDownLatch over) {
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      taken.addAndGet(line.length);
      lines.release(line.length);
    }
    if (lines.isOver()) {
      over.countDown();
    } else {
      lines.onMore(() -> takeAll(lines, taken, over));
    }
  }

  private long received() {
    return (long) server.metric("percore_http_received_bytes_total");
  }

  // For good, not only until the event loop comes to it.
  private boolean isStill(long before) {
    for (int i = 0; i < 50; i++) {
      server.loop().submit(() -> {}).syncUninterruptibly();
      pause(2);
    }
    return received() == before;
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
