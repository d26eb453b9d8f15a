package dev.percore.config.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.percore.config.ServerConfig;
import dev.percore.config.ServerConfig.LogFormat;
import dev.percore.config.ServerConfig.LogLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogSetupTest {

  private static final ProcessIdentity WORKER =
      new ProcessIdentity(ProcessIdentity.Role.WORKER, OptionalInt.of(3), 4711);
  private static final ProcessIdentity MASTER =
      new ProcessIdentity(ProcessIdentity.Role.MASTER, OptionalInt.empty(), 4710);
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d";

  private final Logger logger = LoggerFactory.getLogger("dev.percore.some.Place");

  @TempDir private Path folder = Path.of("/");

  @AfterEach
  void stop() {
    LogSetup.stop();
  }

  private Path file() {
    return folder.resolve("logs/server.log");
  }

  private void start(LogFormat format, ProcessIdentity identity) {
    LogSetup.start(new ServerConfig.Log(LogLevel.INFO, format, file()), identity);
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(file());
  }

  private JsonNode onlyObject() throws IOException {
    assertThat(lines()).hasSize(1);
    return JsonMapper.shared().readTree(lines().getFirst());
  }

  private static IllegalStateException failure() {
    IOException cause = new IOException("disk\n2026-01-01 forged");
    return new IllegalStateException("outer", cause);
  }

  @Test
  void writesATextLineWithEverythingInIt() throws Exception {
    start(LogFormat.TEXT, WORKER);

    logger.warn("took {} ms", 17);

    String thread = Thread.currentThread().getName();
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(TIME + " WARN  worker-3 4711 \\[\\Q" + thread + "\\E\\] Place: took 17 ms");
  }

  @Test
  void indentsWhatFollowsAnEntrysFirstLine() throws Exception {
    start(LogFormat.TEXT, MASTER);

    logger.error("two\nlines \u001b[31m\r", failure());
    logger.info("next");

    List<String> lines = lines();
    assertThat(lines.getFirst()).matches(TIME + " ERROR master 4710 \\[.*\\] Place: two");
    assertThat(lines.get(1)).isEqualTo("\tlines \\u001b[31m\\u000d");
    assertThat(lines.get(2)).isEqualTo("\tjava.lang.IllegalStateException: outer");
    assertThat(lines)
        .contains("\tCaused by: java.io.IOException: disk", "\t2026-01-01 forged")
        .anyMatch(line -> line.startsWith("\t\tat " + LogSetupTest.class.getName()));
    assertThat(lines.subList(1, lines.size() - 1)).allMatch(line -> line.startsWith("\t"));
    assertThat(lines.getLast()).endsWith("Place: next");
  }

  @Test
  void writesAJsonObjectALine() throws Exception {
    start(LogFormat.JSON, WORKER);

    logger.info("a \"quoted\"\nmessage \uD83D\uDE00 \uD83D", failure());

    JsonNode object = onlyObject();
    assertThat(object.propertyNames())
        .containsExactly(
            "time", "level", "process", "slot", "pid", "thread", "logger", "message", "exception");
    assertThat(OffsetDateTime.parse(object.get("time").asString()).toInstant())
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(object.get("time").asString()).matches(TIME);
    assertThat(object.get("level").asString()).isEqualTo("INFO");
    assertThat(object.get("process").asString()).isEqualTo("worker");
    assertThat(object.get("slot").asInt()).isEqualTo(3);
    assertThat(object.get("pid").asLong()).isEqualTo(4711);
    assertThat(object.get("thread").asString()).isEqualTo(Thread.currentThread().getName());
    assertThat(object.get("logger").asString()).isEqualTo("dev.percore.some.Place");
    assertThat(object.get("message").asString()).isEqualTo("a \"quoted\"\nmessage \uD83D\uDE00 ?");
    assertThat(object.get("exception").asString())
        .startsWith("java.lang.IllegalStateException: outer\n")
        .contains("Caused by: java.io.IOException: disk");
  }

  @Test
  void takesAMessageThatIsNull() throws Exception {
    start(LogFormat.TEXT, MASTER);

    logger.info((@Nullable String) null);

    assertThat(lines()).singleElement().asString().endsWith("Place: null");
  }

  @Test
  void leavesOutWhatAnEntryHasNot() throws Exception {
    start(LogFormat.JSON, MASTER);

    logger.info("plain");

    assertThat(onlyObject().propertyNames()).doesNotContain("slot", "exception");
  }

  @ParameterizedTest
  @CsvSource({
    "ERROR, io.netty.Some, ERROR",
    "INFO, io.netty.Some, WARN",
    "DEBUG, io.prometheus.Some, WARN",
    "TRACE, io.netty.Some, TRACE",
    "ERROR, dev.percore.Some, ERROR",
    "INFO, dev.percore.Some, INFO",
    "DEBUG, dev.percore.Some, DEBUG",
    "TRACE, dev.percore.Some, TRACE"
  })
  void keepsLibrariesQuiet(LogLevel level, String name, LogLevel least) throws Exception {
    LogSetup.start(new ServerConfig.Log(level, LogFormat.TEXT, file()), MASTER);
    Logger some = LoggerFactory.getLogger(name);

    some.error("ERROR");
    some.warn("WARN");
    some.info("INFO");
    some.debug("DEBUG");
    some.trace("TRACE");

    assertThat(lines()).last().asString().endsWith(": " + least.name());
  }

  @Test
  void appendsAcrossStarts() throws Exception {
    start(LogFormat.TEXT, MASTER);
    logger.info("one");
    start(LogFormat.JSON, MASTER);
    logger.info("two");
    LogSetup.stop();
    logger.info("lost");
    start(LogFormat.TEXT, MASTER);
    logger.info("three");

    assertThat(lines()).hasSize(3);
    assertThat(lines().get(1)).startsWith("{").contains("two");
    assertThat(lines().getLast()).endsWith("three");
  }

  @Test
  @Timeout(60)
  void losesNoEntryWhileItStartsAgain() throws Exception {
    start(LogFormat.TEXT, MASTER);
    int entries = 20_000;
    Thread other =
        Thread.ofPlatform()
            .start(() -> IntStream.range(0, entries).forEach(i -> logger.info("entry {}", i)));
    int starts = 0;
    while (other.isAlive()) {
      start(LogFormat.TEXT, MASTER);
      starts++;
    }

    assertThat(starts).isGreaterThan(1);
    assertThat(lines().stream().map(line -> line.substring(line.lastIndexOf(": ") + 2)))
        .containsExactlyElementsOf(
            IntStream.range(0, entries).mapToObj(i -> "entry " + i).toList());
  }

  @Test
  void refusesAFileThatCannotBeWrittenAndGoesOnAsBefore() throws Exception {
    start(LogFormat.TEXT, MASTER);
    ServerConfig.Log impossible = new ServerConfig.Log(LogLevel.INFO, LogFormat.TEXT, folder);

    assertThatThrownBy(() -> LogSetup.start(impossible, MASTER))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot append to log.file " + folder);
    logger.info("still here");

    assertThat(lines()).singleElement().asString().endsWith("still here");
  }

  @Test
  void namesThisProcess() {
    long pid = ProcessHandle.current().pid();

    assertThat(ProcessIdentity.master())
        .isEqualTo(new ProcessIdentity(ProcessIdentity.Role.MASTER, OptionalInt.empty(), pid));
    assertThat(ProcessIdentity.worker(0).label()).isEqualTo("worker-0");
    assertThat(MASTER.label()).isEqualTo("master");
  }

  @Test
  void aCopyIsKeptWhateverBecomesOfTheLog() throws IOException {
    List<String> copies = new ArrayList<>();
    LogSetup.copyTo(entry -> copies.add(new String(entry, StandardCharsets.UTF_8)), WORKER);
    start(LogFormat.JSON, WORKER);
    logger.info("first");
    start(LogFormat.TEXT, WORKER);
    logger.info("second");

    assertThat(lines()).hasSize(2);
    assertThat(copies).hasSize(2);
    assertThat(copies.getFirst()).matches(TIME + " INFO  worker-3 4711 .*Place: first\n");
    assertThat(copies.getLast()).endsWith("Place: second\n");
  }
}
