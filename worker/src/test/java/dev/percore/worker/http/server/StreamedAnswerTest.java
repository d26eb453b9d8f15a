package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.ServerConfig.AccessLogFormat;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.ResponseStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StreamedAnswerTest {
  private static final Response HEAD =
      new Response(200, List.of(new Response.Header("Content-Type", "text/plain")), Body.EMPTY);

  /// What lies between the stream and its reader, at most: a piece and the mark in the channel,
  /// and the two sockets with what the kernel adds to their buffers.
  private static final int ON_THE_WAY_MAX = 512 * 1024;

  private final TestServer server = TestServer.with().smallSendBuffers().start();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void sendsEachPartWhenItIsThere() {
    try (Client client = server.connect()) {
      ResponseStream stream = begin(client);
      Client.Answer head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(head.header("Content-Type")).isEqualTo("text/plain");
      assertThat(head.header("Content-Length")).isNull();
      assertThat(head.header("Connection")).isNull();

      write(stream, "first");
      assertThat(client.readChunk()).isEqualTo("first");
      write(stream, "");
      write(stream, "second, longer than fifteen");
      assertThat(client.readChunk()).isEqualTo("second, longer than fifteen");
      stream.end();
      assertThat(client.readChunk()).isEmpty();
      assertThat(stream.isWritable()).isFalse();
      assertThat(stream.write(bytes("more"))).isFalse();

      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
    assertThat(server.front.inFlight()).isZero();
  }

  @Test
  void sendsABodyWithoutAnything() {
    try (Client client = server.connect()) {
      begin(client).end();
      client.readHead();
      assertThat(client.readChunks()).isEmpty();
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
  }

  @Test
  void answersWaitForTheStreamBeforeThem() {
    try (Client client = server.connect()) {
      client.get("/quick").get("/held").get("/held").get("/quick");
      ResponseStream stream = server.takeHeld().stream(HEAD);
      assertThat(client.read().body()).isEqualTo("quick");
      write(stream, "a");
      client.readHead();
      assertThat(client.readChunk()).isEqualTo("a");
      assertThat(server.held).isEmpty();
      stream.end();
      assertThat(client.readChunk()).isEmpty();
      server.takeHeld().respond(Response.text(200, "after"));
      assertThat(client.read().body()).isEqualTo("after");
      assertThat(client.read().body()).isEqualTo("quick");
    }
  }

  @Test
  void endsWithTheConnectionForHttp10() {
    try (Client client = server.connect()) {
      client.send("GET /held HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      ResponseStream stream = server.takeHeld().stream(HEAD);
      write(stream, "abc");
      stream.end();
      Client.Answer head = client.readHead();
      assertThat(head.header("Transfer-Encoding")).isNull();
      assertThat(head.header("Connection")).isEqualTo("close");
      assertThat(client.readAll()).isEqualTo("abc");
    }
  }

  @Test
  void aHeadHasNoBodyAndWhoeverMakesItIsTold() throws Exception {
    try (Client client = server.connect()) {
      client.send("HEAD /held HTTP/1.1\r\nHost: a\r\n\r\n");
      Exchange exchange = server.takeHeld();
      CountDownLatch told = new CountDownLatch(1);
      exchange.onClientGone(told::countDown);
      ResponseStream stream = exchange.stream(HEAD);
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(stream.write(bytes("nothing"))).isFalse();
      stream.end();
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
  }

  @Test
  void takesNoMoreThanTheClientReads() {
    try (Client client = server.connectWithSmallBuffer()) {
      ResponseStream stream = begin(client);
      byte[] line = bytes("x".repeat(999) + "\n");
      AtomicInteger taken = new AtomicInteger();
      AtomicBoolean full = new AtomicBoolean();
      // What the event loop makes is limited in the same way.
      stream.onWritable(fill(stream, line, taken, 5_000, full));

      Eventually.await("the stream is full", () -> isFull(full, taken));
      assertThat(taken.get() * 1000).isLessThan(ON_THE_WAY_MAX);
      client.readHead();
      assertThat(client.readChunks())
          .isEqualTo(new String(line, StandardCharsets.US_ASCII).repeat(5_000));
      assertThat(taken).hasValue(5_000);
    }
  }

  @Test
  void takesOneWriteHoweverLong() {
    try (Client client = server.connectWithSmallBuffer()) {
      ResponseStream stream = begin(client);
      byte[] large = bytes("0123456789".repeat(300_000));
      assertThat(stream.write(large)).isTrue();
      assertThat(stream.isWritable()).isFalse();
      assertThat(stream.write(large)).isFalse();
      stream.end();
      client.readHead();
      assertThat(client.readChunks()).isEqualTo("0123456789".repeat(300_000));
    }
  }

  @Test
  void keepsTheOrderOfWhatOtherThreadsWrite() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Client client = server.connect()) {
      ResponseStream stream = begin(client);
      StringBuilder expected = new StringBuilder();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 3_000; i++) {
                      String part = Integer.toString(i).repeat(1 + random.nextInt(200));
                      expected.append(part);
                      awaitTaken(stream, bytes(part));
                    }
                    stream.end();
                  });
      client.readHead();
      String received = client.readChunks();
      writer.join();
      assertThat(received).as("seed %d", seed).isEqualTo(expected.toString());
    }
  }

  @Test
  void aBodyThatCannotBeCompletedEndsWithoutItsLastChunk() {
    try (Client client = server.connect()) {
      ResponseStream stream = begin(client);
      write(stream, "half");
      client.readHead();
      assertThat(client.readChunk()).isEqualTo("half");
      stream.abort();
      assertThat(client.isEnded()).isTrue();
      assertThat(stream.isWritable()).isFalse();
      stream.end();
    }
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(server.front.inFlight()).isZero();
    assertThat(requests(200)).isOne();
  }

  @RepeatedTest(20)
  void aBodyThatCannotBeCompletedEndsWithAResetForHttp10() {
    try (Client client = server.connect()) {
      client.send("GET /held HTTP/1.0\r\n\r\n");
      ResponseStream stream = server.takeHeld().stream(HEAD);
      write(stream, "half");
      client.readHead();
      stream.abort();
      assertThat(client.isReset()).isTrue();
    }
  }

  @Test
  void tellsThatTheClientHungUp() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    ResponseStream stream;
    try (Client client = server.connect()) {
      Exchange exchange = exchange(client);
      exchange.onClientGone(told::countDown);
      stream = exchange.stream(HEAD);
      write(stream, "half");
      client.readHead();
    }
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(stream.write(bytes("rest"))).isFalse();
    assertThat(requests(499)).isOne();
    assertThat(server.front.inFlight()).isZero();
  }

  @Test
  void doesNotTellAfterTheEnd() {
    AtomicInteger told = new AtomicInteger();
    try (Client client = server.connect()) {
      Exchange exchange = exchange(client);
      exchange.onClientGone(told::incrementAndGet);
      ResponseStream stream = exchange.stream(HEAD);
      stream.end();
      client.readHead();
      assertThat(client.readChunks()).isEmpty();
    }
    Eventually.await("the connection is closed", () -> server.front.connections() == 0);
    assertThat(told).hasValue(0);
    assertThat(requests(200)).isOne();
  }

  @Test
  void cutsAClientThatTakesNothingThoughMoreIsMadeAllTheTimeAndNoStreamThatIsQuiet() {
    try (TestServer brief =
            TestServer.with().smallSendBuffers().writeTimeout(Duration.ofMillis(500)).start();
        Client quiet = brief.connect();
        Client stuck = brief.connectWithSmallBuffer()) {
      quiet.get("/held");
      ResponseStream pausing = brief.takeHeld().stream(HEAD);
      stuck.get("/held");
      ResponseStream stream = brief.takeHeld().stream(HEAD);
      // Enough for both sockets; from then on little by little, so that it never fills up.
      byte[] much = new byte[55_000];
      awaitTaken(stream, much);
      awaitTaken(stream, much);
      AtomicInteger small = new AtomicInteger();
      Eventually.await(
          "cut",
          () -> {
            if (stream.write(bytes("x"))) {
              small.incrementAndGet();
            }
            return brief.front.connections() == 1;
          });
      assertThat(small).hasPositiveValue();

      write(pausing, "still here");
      pausing.end();
      quiet.readHead();
      assertThat(quiet.readChunks()).isEqualTo("still here");
    }
  }

  @Test
  void goesOnWhileTheServerDrainsAndIsCutInTheEnd() throws Exception {
    try (Client finished = server.connect();
        Client endless = server.connect()) {
      ResponseStream first = begin(finished);
      ResponseStream second = begin(endless);
      finished.readHead();
      endless.readHead();
      server.drain();
      write(first, "still");
      write(second, "still");
      assertThat(finished.readChunk()).isEqualTo("still");
      assertThat(endless.readChunk()).isEqualTo("still");
      first.end();
      assertThat(finished.readChunk()).isEmpty();
      assertThat(finished.isEnded()).isTrue();
      assertThat(server.front.drained().toCompletableFuture()).isNotDone();

      assertThat(server.front.close().toCompletableFuture().get(10, TimeUnit.SECONDS)).isOne();
      assertThat(endless.isEnded()).isTrue();
      assertThat(second.isWritable()).isFalse();
    }
    server.front.drained().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void countsTheBytesOfTheBody() throws IOException {
    Path file = folder.resolve("access.log");
    try (TestServer logging = TestServer.with().accessLog(AccessLogFormat.COMBINED, file).start();
        Client client = logging.connect()) {
      client.get("/held");
      ResponseStream stream = logging.takeHeld().stream(HEAD);
      write(stream, "0123456789");
      stream.end();
      Client.Answer head = client.readHead();
      client.readChunks();
      int headBytes = head.head().stream().mapToInt(line -> line.length() + 2).sum() + 2;
      Eventually.await("in flight", () -> logging.front.inFlight() == 0);
      // One chunk, or the last one by itself.
      assertThat(logging.metric("percore_http_sent_bytes_total"))
          .isEqualTo(headBytes + "a\r\n0123456789\r\n0\r\n\r\n".length());
    }
    assertThat(Files.readAllLines(file)).singleElement().asString().contains("\" 200 10 ");
  }

  @Test
  void isOverFromTheStartWhenTheExchangeIsAnswered() {
    try (Client client = server.connect()) {
      Exchange exchange = exchange(client);
      exchange.respond(Response.text(200, "held"));
      ResponseStream late = exchange.stream(HEAD);
      assertThat(late.write(bytes("late"))).isFalse();
      late.end();
      assertThat(client.read().body()).isEqualTo("held");

      ResponseStream stream = begin(client);
      assertThat(client.readHead().status()).isEqualTo(200);
      stream.abort();
    }
  }

  @Test
  void refusesAHeadThatHasABodyOrCanHaveNone() {
    try (Client client = server.connect()) {
      Exchange exchange = exchange(client);
      assertThatThrownBy(() -> exchange.stream(Response.text(200, "body")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> exchange.stream(Response.empty(204)))
          .isInstanceOf(IllegalArgumentException.class);
      exchange.respond(Response.text(200, "held"));
      assertThat(client.read().body()).isEqualTo("held");
    }
  }

  private Exchange exchange(Client client) {
    client.get("/held");
    return server.takeHeld();
  }

  private ResponseStream begin(Client client) {
    return exchange(client).stream(HEAD);
  }

  private static Runnable fill(
      ResponseStream stream, byte[] line, AtomicInteger taken, int count, AtomicBoolean full) {
    return new Runnable() {
      @Override
      public void run() {
        while (taken.get() < count) {
          if (!stream.write(line)) {
            full.set(true);
            stream.onWritable(this);
            return;
          }
          full.set(false);
          taken.incrementAndGet();
        }
        stream.end();
      }
    };
  }

  // Full for good, not only until the event loop has handed the next piece over.
  private boolean isFull(AtomicBoolean full, AtomicInteger taken) {
    int before = taken.get();
    for (int i = 0; i < 20; i++) {
      server.loop().submit(() -> {}).syncUninterruptibly();
    }
    return full.get() && before > 0 && taken.get() == before;
  }

  private static void awaitTaken(ResponseStream stream, byte[] bytes) {
    while (!stream.write(bytes)) {
      CountDownLatch room = new CountDownLatch(1);
      stream.onWritable(room::countDown);
      try {
        assertThat(room.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void write(ResponseStream stream, String text) {
    assertThat(stream.write(bytes(text))).isTrue();
  }

  private double requests(int status) {
    return server.metric(
        "percore_http_requests_total{method=\"GET\",route=\"held\",status=\"" + status + "\"}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
