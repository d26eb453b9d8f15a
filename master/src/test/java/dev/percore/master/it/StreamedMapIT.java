package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Maps whose elements are sent while outcomes come back.
final class StreamedMapIT {
  private static final JsonMapper JSON = new JsonMapper();

  /// An element with much white space in it.
  private static final String WIDE = "{\"n\":" + " ".repeat(9_992) + "7}\n";

  /// Some tenths of a second on any machine.
  private static final String MODERATE = "300000000\n";

  @TempDir private Path folder;

  @Test
  void answersEachElementBeforeTheNextOneIsSentAlsoThroughAReload() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=2");
        RawConnection map = begin(server.connectTo(0), "?unordered=true")) {
      Outcomes outcomes = new Outcomes(map);
      for (int i = 0; i < 20; i++) {
        sendChunk(map, i == 5 ? "nonsense\n" : i + "\n");
        JsonNode outcome = outcomes.next();
        assertThat(outcome.get("index").asInt()).isEqualTo(i);
        if (i == 5) {
          assertThat(outcome.at("/error/type").asString()).isEqualTo("/problems/malformed-json");
        } else {
          assertThat(outcome.get("result").asInt()).isEqualTo(i);
        }
        if (i == 10) {
          server.signal("HUP");
          Await.until("replaced", server::status, status -> status.get("generation").asInt() == 2);
        }
      }
      sendChunk(map, "");
      assertThat(map.receiveChunk()).isEmpty();
      server.awaitSettled(2);
    }
  }

  @Test
  void takesMuchMoreThanItsHeapInOrder() throws Exception {
    int count = 20_000;
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "worker.heap=48m");
        RawConnection map = server.connect()) {
      long pid = server.worker(0).pid();
      map.sendHead(
          "POST /calc/count/map HTTP/1.1",
          "Host: x",
          "Content-Type: application/jsonl",
          "Content-Length: " + (long) count * WIDE.length());
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    String wide = WIDE.repeat(10);
                    for (int i = 0; i < count; i += 10) {
                      send(map, wide);
                    }
                  });
      Outcomes outcomes = new Outcomes(map);
      for (int i = 0; i < count; i++) {
        JsonNode outcome = outcomes.next();
        assertThat(outcome.get("index").asInt()).isEqualTo(i);
        assertThat(outcome.get("result").asInt()).isEqualTo(7);
      }
      sender.join();
      assertThat(map.receiveChunk()).isEmpty();
      assertThat(map.get("/healthz").status()).isEqualTo(200);
      assertThat(server.worker(0).pid()).isEqualTo(pid);
    }
  }

  @Test
  void stopsReadingFromAClientThatDoesNotAndCutsIt() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "timeouts.write=1s")) {
      try (RawConnection map = begin(server.connect(), "")) {
        AtomicLong accepted = new AtomicLong();
        String lines = "1\n".repeat(32 * 1024);
        assertThatThrownBy(
                () -> {
                  // Many times what sockets hold; what it is answered with is longer still.
                  for (int i = 0; i < 4_000; i++) {
                    sendChunk(map, lines);
                    accepted.addAndGet(lines.length());
                  }
                })
            .isInstanceOf(IOException.class);
        assertThat(accepted.get()).isLessThan(32 * 1024 * 1024);
      }
      server.awaitWorker(0, "is idle", worker -> worker.running() == 0 && worker.inFlight() == 0);
      assertThat(server.get("/calc?n=1").status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatSendsAllOfALongBodyFirstIsAnsweredAllTheSame() throws Exception {
    int count = 500_000;
    try (PercoreServer server = PercoreServer.start(folder, "workers=2");
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http:/%s/calc/count/map".formatted(server.service())))
              .header("Content-Type", "application/x-ndjson")
              .expectContinue(true)
              .POST(HttpRequest.BodyPublishers.ofString("1\n".repeat(count)))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body().lines())
          .hasSize(count)
          .allMatch(line -> line.contains("\"result\":1}"));
    }
  }

  @Test
  void aLineThatIsTooLongOrDoesNotComeEndsTheMap() throws Exception {
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "limits.body=100k", "timeouts.body=1s")) {
      try (RawConnection map = begin(server.connect(), "")) {
        sendChunk(map, "1\n");
        Outcomes outcomes = new Outcomes(map);
        assertThat(outcomes.next().get("result").asInt()).isOne();
        sendChunk(map, "2\n" + "3".repeat(150_000));
        assertThat(outcomes.next().get("result").asInt()).isEqualTo(2);
        JsonNode last = outcomes.next();
        assertThat(last.get("index").asInt()).isEqualTo(2);
        assertThat(last.at("/error/status").asInt()).isEqualTo(413);
        assertThat(map.receiveChunk()).isEmpty();
        map.awaitEnd();
      }
      try (RawConnection map = begin(server.connect(), "")) {
        sendChunk(map, "3".repeat(150_000));
        assertThat(map.receive().status()).as("before the first element").isEqualTo(413);
        map.awaitEnd();
      }
      try (RawConnection map = begin(server.connect(), "")) {
        sendChunk(map, "1\n2");
        Outcomes outcomes = new Outcomes(map);
        assertThat(outcomes.next().get("result").asInt()).isOne();
        assertThat(outcomes.next().at("/error/type").asString()).endsWith("/request-timeout");
        assertThat(map.receiveChunk()).isEmpty();
        map.awaitEnd();
      }
    }
  }

  @Test
  void hasAllWorkersAndLeavesNothingBehindWhenItsClientVanishes() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=2")) {
      try (RawConnection map = begin(server.connectTo(0), "?chunk=1")) {
        for (int i = 0; i < 6; i++) {
          sendChunk(map, MODERATE);
        }
        server.awaitWorker(1, "computes for the other", worker -> worker.running() == 1);
        Outcomes outcomes = new Outcomes(map);
        for (int i = 0; i < 6; i++) {
          assertThat(outcomes.next().get("result").asInt()).isEqualTo(300_000_000);
        }
        for (int i = 0; i < 20; i++) {
          sendChunk(map, MODERATE);
        }
        server.awaitWorker(1, "computes again", worker -> worker.running() == 1);
      }
      for (int slot = 0; slot < 2; slot++) {
        server.awaitWorker(
            slot, "is idle", worker -> worker.running() + worker.queued() + worker.inFlight() == 0);
      }
    }
  }

  private static RawConnection begin(RawConnection connection, String query) throws IOException {
    return connection.sendHead(
        "POST /calc/count/map" + query + " HTTP/1.1",
        "Host: x",
        "Content-Type: application/x-ndjson",
        "Transfer-Encoding: chunked");
  }

  private static void sendChunk(RawConnection connection, String text) throws IOException {
    connection.send("%x\r\n%s\r\n".formatted(text.length(), text));
  }

  private static void send(RawConnection connection, String text) {
    try {
      connection.send(text);
    } catch (IOException e) {
      throw new AssertionError("the server does not read", e);
    }
  }

  /// Outcomes as they come, whatever chunks they come in.
  private static final class Outcomes {
    private final RawConnection map;
    private final List<String> lines = new ArrayList<>();
    private boolean begun;

    Outcomes(RawConnection map) {
      this.map = map;
    }

    JsonNode next() throws IOException {
      while (lines.isEmpty()) {
        if (!begun) {
          begun = true;
          assertThat(map.receiveHead().status()).isEqualTo(200);
        }
        String chunk = map.receiveChunk();
        assertThat(chunk).as("the answer has come to its end").isNotEmpty();
        lines.addAll(chunk.lines().toList());
      }
      return JSON.readTree(lines.removeFirst());
    }
  }
}
