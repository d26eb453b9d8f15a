package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The server's log and the log of requests.
final class LogIT {
  private static final String TIME = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}\\S*";
  private static final String LINE =
      TIME + " (INFO |WARN |ERROR) (master|worker-\\d) \\d+ \\[[\\w-]+\\] \\w+: \\S.*";

  @TempDir private Path folder;

  @Test
  void eachLineTellsTimeLevelProcessPidAndThread() throws Exception {
    List<String> lines;
    long workerPid;
    try (PercoreServer server = PercoreServer.start(folder)) {
      workerPid = server.worker(1).pid();
      server.signal("TERM");
      server.awaitExitCode();
      assertThat(server.output().text()).isNotEmpty();
      lines = server.output().lines();
      assertThat(lines).anyMatch(line -> line.contains(" master " + server.masterPid() + " ["));
    }
    assertThat(lines)
        .allMatch(line -> line.matches(LINE), LINE)
        .anyMatch(line -> line.contains(" worker-1 " + workerPid + " ["))
        .anyMatch(line -> line.contains("serving on 127.0.0.1:"))
        .anyMatch(line -> line.contains("SIGTERM received from pid "));
  }

  @Test
  void inJsonEachLineIsAnObject() throws Exception {
    Path file = folder.resolve("logs/percore.log");
    try (PercoreServer server =
        PercoreServer.launch(folder, "log.format=json", "log.file=" + file)) {
      Await.until(
          "serving", () -> Files.exists(file) && Files.readString(file).contains("serving on"));
      server.signal("TERM");
      assertThat(server.awaitExitCode()).isZero();
      assertThat(server.output().text()).isEmpty();
    }
    List<JsonNode> entries = Files.readAllLines(file).stream().map(Json::parse).toList();
    assertThat(entries)
        .allMatch(entry -> OffsetDateTime.parse(entry.get("time").asString()) != null)
        .allMatch(entry -> entry.has("level") && entry.has("thread") && entry.has("message"))
        .anyMatch(entry -> entry.get("process").asString().equals("master"))
        .anyMatch(entry -> entry.path("slot").asInt(-1) == 1 && entry.get("pid").asLong() > 0);
  }

  @Test
  void theAccessLogIsWrittenInTheCombinedFormat() throws Exception {
    List<String> lines = accessLog("combined", 3);
    assertThat(lines)
        .allMatch(line -> line.startsWith("127.0.0.1 - - ["))
        .anyMatch(
            line ->
                line.matches(
                    ".*\\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}] \"GET"
                        + " /calc\\?n=1000 HTTP/1.1\" 200 \\d+ \"http://r/\" \"agent"
                        + " \\\\x22x\\\\x22\""))
        .anyMatch(line -> line.contains("\"GET /none HTTP/1.1\" 404 "))
        .anyMatch(line -> line.contains("\"-\" 400 "));
  }

  @Test
  void theAccessLogIsWrittenInJson() throws Exception {
    List<JsonNode> entries = accessLog("json", 3).stream().map(Json::parse).toList();
    JsonNode call =
        entries.stream().filter(e -> e.path("status").asInt() == 200).findFirst().orElseThrow();
    assertThat(call.get("target").asString()).isEqualTo("/calc?n=1000");
    assertThat(call.get("route").asString()).isEqualTo("/calc");
    assertThat(call.get("method").asString()).isEqualTo("GET");
    assertThat(call.get("user_agent").asString()).isEqualTo("agent \"x\"");
    assertThat(call.get("duration_us").asLong()).isPositive();
    assertThat(entries)
        .extracting(entry -> entry.get("status").asInt())
        .containsExactlyInAnyOrder(200, 404, 400);
  }

  private List<String> accessLog(String format, int lines) throws Exception {
    Path file = folder.resolve("access.log");
    try (PercoreServer server =
        PercoreServer.start(folder, "access_log.format=" + format, "access_log.file=" + file)) {
      try (RawConnection connection = server.connect()) {
        connection.sendHead(
            "GET /calc?n=1000 HTTP/1.1",
            "Host: x",
            "Referer: http://r/",
            "User-Agent: agent \"x\"");
        assertThat(connection.receive().status()).isEqualTo(200);
        assertThat(connection.get("/none").status()).isEqualTo(404);
        assertThat(connection.sendHead("nonsense").receive().status()).isEqualTo(400);
      }
      return Await.until(
          lines + " lines", () -> Files.readAllLines(file), found -> found.size() == lines);
    }
  }
}
