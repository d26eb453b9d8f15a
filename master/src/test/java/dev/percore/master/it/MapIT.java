package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Many calls in one request.
final class MapIT {
  private static final JsonMapper JSON = new JsonMapper();

  /// Some tenths of a second on any machine.
  private static final String MODERATE = "300000000\n";

  private static final String ENDLESS = "1e9\n".repeat(500);

  @TempDir private Path folder;

  @Test
  void mapsAThousandElementsInOrderAndOneOfThemFails() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder)) {
      String array =
          IntStream.range(0, 1000)
              .mapToObj(n -> n == 500 ? "\"no number\"" : Integer.toString(n))
              .collect(Collectors.joining(",", "[", "]"));
      JsonNode outcomes = JSON.readTree(server.post("/calc/count/map", array).body());
      assertThat(outcomes).hasSize(1000);
      for (int i = 0; i < 1000; i++) {
        assertThat(outcomes.get(i).get("index").asInt()).isEqualTo(i);
        if (i == 500) {
          assertThat(outcomes.get(i).at("/error/type").asString())
              .isEqualTo("/problems/parameter-wrong-type");
        } else {
          assertThat(outcomes.get(i).get("result").asInt()).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void aClientThatHangsUpInTheMiddleFreesTheLane() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=1")) {
      try (RawConnection map = begin(server.connect(), MODERATE + ENDLESS)) {
        assertThat(map.receiveChunk()).startsWith("{\"index\":0,\"result\":300000000}");
      }
      server.awaitWorker(0, "is idle", worker -> worker.running() == 0 && worker.queued() == 0);
      assertThat(server.get("/calc?n=1").status()).isEqualTo(200);
    }
  }

  @Test
  void aMapFinishesDuringAReloadAndIsCutIfItsWorkerDies() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=2")) {
      try (RawConnection map = begin(server.connect(), MODERATE.repeat(6))) {
        String first = map.receiveChunk();
        server.signal("HUP");
        List<String> rest = rest(map);
        assertThat(first.lines().count() + rest.size()).isEqualTo(6);
        assertThat(rest.getLast()).startsWith("{\"index\":5,\"result\":");
      }
      server.awaitSettled(2);

      try (RawConnection cut = begin(server.connectTo(0), MODERATE + ENDLESS);
          RawConnection unharmed = begin(server.connectTo(1), MODERATE.repeat(4))) {
        assertThat(cut.receiveChunk()).startsWith("{\"index\":0,");
        ProcessHandle.of(server.worker(0).pid()).orElseThrow().destroyForcibly();
        assertThatThrownBy(() -> rest(cut)).isInstanceOf(IOException.class);
        assertThat(rest(unharmed)).hasSize(4);
      }
    }
  }

  @Test
  void aMapHasAllWorkersAndLosesNothingWithOneOfThem() throws Exception {
    try (PercoreServer server = PercoreServer.start(folder, "workers=2");
        RawConnection map = begin(server.connectTo(0), MODERATE.repeat(12))) {
      server.awaitWorker(1, "computes for the other", worker -> worker.running() == 1);
      OsProcesses.send("KILL", server.worker(1).pid());
      List<String> outcomes = rest(map);
      assertThat(outcomes).hasSize(12).allMatch(line -> line.contains("\"result\":300000000"));
    }
  }

  private static RawConnection begin(RawConnection connection, String lines) throws IOException {
    connection.send(
        "POST /calc/count/map?chunk=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
            + "Content-Length: "
            + lines.length()
            + "\r\n\r\n"
            + lines);
    RawAnswer head = connection.receiveHead();
    assertThat(head.status()).as(head.toString()).isEqualTo(200);
    assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
    return connection;
  }

  private static List<String> rest(RawConnection connection) throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String chunk = connection.receiveChunk();
        !chunk.isEmpty();
        chunk = connection.receiveChunk()) {
      rest.append(chunk);
    }
    return rest.toString().lines().toList();
  }
}
