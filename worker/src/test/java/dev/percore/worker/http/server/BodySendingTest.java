package dev.percore.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodySendingTest {
  private static final String CONTENT = "0123456789".repeat(1_000_000);

  private final Queue<FileChannel> opened = new ConcurrentLinkedQueue<>();
  private final byte[] large = CONTENT.getBytes(StandardCharsets.US_ASCII);
  private final TestServer server =
      TestServer.with()
          .writeTimeout(Duration.ofMillis(500))
          .route(
              TestServer.get(
                  "large", "/large", e -> e.respond(Response.of(200, "text/plain", large))))
          .route(TestServer.get("file", "/file", e -> respondWithFile(e, 0, CONTENT.length())))
          .route(TestServer.get("part", "/part", e -> respondWithFile(e, 5, 10)))
          .route(TestServer.get("empty", "/empty", e -> respondWithFile(e, 5, 0)))
          .route(TestServer.get("short", "/short", e -> respondWithFile(e, 0, 20_000_000)))
          .start();

  @TempDir private Path folder;

  @BeforeEach
  void writeFile() throws IOException {
    Files.write(folder.resolve("file"), large);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void sendsALargeBody() {
    try (Client client = server.connect()) {
      assertThat(client.get("/large").read().body()).isEqualTo(CONTENT);
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
    }
  }

  @Test
  void sendsAFileAndClosesIt() {
    try (Client client = server.connect()) {
      assertThat(client.get("/file").read().body()).isEqualTo(CONTENT);
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
      awaitClosed(1);
    }
  }

  @Test
  void sendsAPartOfAFile() {
    try (Client client = server.connect()) {
      assertThat(client.get("/part").read().body()).isEqualTo("5678901234");
      assertThat(client.get("/empty").read().body()).isEmpty();
      assertThat(client.get("/quick").read().body()).isEqualTo("quick");
      awaitClosed(2);
    }
  }

  @Test
  void closesAFileThatIsNotSent() {
    try (Client client = server.connect()) {
      Client.Answer head = client.send("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
      assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(CONTENT.length()));
      client.get("/held");
      Exchange exchange = server.takeHeld();
      exchange.respond(Response.empty(204));
      respondWithFile(exchange, 0, 10);
      assertThat(client.read().status()).isEqualTo(204);
      awaitClosed(2);
    }
  }

  @Test
  void closesTheFileWhenTheClientLeavesInTheMiddle() {
    try (Client client = server.connect()) {
      client.get("/file");
      Eventually.await("the file is open", () -> !opened.isEmpty());
      client.reset();
      awaitClosed(1);
    }
  }

  @Test
  void cutsTheConnectionWhenTheFileIsShorterThanPromised() {
    try (Client client = server.connect()) {
      assertThat(client.get("/short").readAll()).hasSizeLessThan(20_000_000);
      awaitClosed(1);
    }
  }

  @Test
  void answersPipelinedRequestsForLargeBodiesInOrder() {
    try (Client client = server.connect()) {
      client.get("/part").get("/file").get("/large").get("/quick").get("/file");

      assertThat(client.read().body()).isEqualTo("5678901234");
      assertThat(client.read().body()).isEqualTo(CONTENT);
      assertThat(client.read().body()).isEqualTo(CONTENT);
      assertThat(client.read().body()).isEqualTo("quick");
      assertThat(client.read().body()).isEqualTo(CONTENT);
    }
  }

  @Test
  void cutsAClientThatDoesNotReadItsAnswer() {
    for (String path : List.of("/large", "/file")) {
      try (Client client = server.connect()) {
        client.get(path);
        Eventually.await("served", () -> server.front.connections() == 1);
        Eventually.await("cut", () -> server.front.connections() == 0);
      }
    }
    assertThat(server.front.inFlight()).isZero();
  }

  @Test
  void cutsAClientThatSendsRequestsButReadsNoAnswers() {
    try (Client client = server.connect()) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1_000_000));
                } catch (UncheckedIOException _) {
                  // The server cuts it.
                }
              });
      Eventually.await("served", () -> server.front.connections() == 1);
      Eventually.await("cut", () -> server.front.connections() == 0);
    }
  }

  @Test
  void doesNotCutAnswersThatTheClientHasNotTakenWhenItIsIdle() {
    byte[] small = new byte[16_000];
    try (TestServer brief =
            TestServer.with()
                .smallSendBuffers()
                .idleTimeout(Duration.ofMillis(300))
                .route(
                    TestServer.get(
                        "small", "/small", e -> e.respond(Response.of(200, "text/plain", small))))
                .start();
        Client slow = brief.connectWithSmallBuffer()) {
      slow.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4));
      Eventually.await(
          "all are answered",
          () ->
              brief.metric(
                      "percore_http_requests_total{method=\"GET\",route=\"small\",status=\"200\"}")
                  == 4);
      try (Client idle = brief.connect()) {
        assertThat(idle.get("/quick").read().status()).isEqualTo(200);
        assertThat(idle.isEnded()).isTrue();
      }
      for (int i = 0; i < 4; i++) {
        assertThat(slow.read().body()).hasSize(small.length);
      }
      assertThat(slow.isEnded()).isTrue();
    }
  }

  private void respondWithFile(Exchange exchange, long position, long length) {
    try {
      FileChannel channel = FileChannel.open(folder.resolve("file"));
      opened.add(channel);
      exchange.respond(new Response(200, List.of(), new Body.File(channel, position, length)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitClosed(int count) {
    Eventually.await(
        count + " files are closed",
        () -> opened.size() == count && opened.stream().noneMatch(FileChannel::isOpen));
  }
}
