package dev.percore.config.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The log of real processes.
class LogProcessTest {

  private static final Path FULL = Path.of("/dev/full");
  private static final long DEADLINE_SECONDS = 60;

  @TempDir private Path folder = Path.of("/");

  private Path standardOutput() {
    return folder.resolve("out");
  }

  private Path standardError() {
    return folder.resolve("err");
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("-XX:TieredStopAtLevel=1");
    command.add(LoggingProcess.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(standardOutput().toFile()))
        .redirectError(ProcessBuilder.Redirect.appendTo(standardError().toFile()))
        .start();
  }

  private static void awaitSuccess(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void assertWholeEntries(Path file, int slots) throws IOException {
    int[] entries = new int[slots];
    for (String line : Files.readAllLines(file)) {
      JsonNode object = JsonMapper.shared().readTree(line);
      int expected = entries[object.get("slot").asInt()]++ * 60;
      assertThat(object.get("message").asString()).hasSize(expected);
    }
    assertThat(entries).containsOnly(LoggingProcess.ENTRIES);
  }

  @Test
  void logsToStandardErrorBeforeTheStart() throws Exception {
    awaitSuccess(start());

    assertThat(standardOutput()).isEmptyFile();
    assertThat(Files.readAllLines(standardError()))
        .singleElement()
        .asString()
        .matches("\\S+ INFO  percore \\d+ \\[main\\] LoggingProcess: early");
  }

  @Test
  void keepsLinesOfSeveralProcessesOnOneFileWhole() throws Exception {
    Path file = folder.resolve("shared.log");
    Process first = start("0", file.toString());
    Process second = start("1", file.toString());
    awaitSuccess(first);
    awaitSuccess(second);

    assertWholeEntries(file, 2);
    assertThat(standardOutput()).isEmptyFile();
  }

  @Test
  void keepsLinesOfSeveralProcessesOnOneStandardOutputWhole() throws Exception {
    Process first = start("0", "-");
    Process second = start("1", "-");
    awaitSuccess(first);
    awaitSuccess(second);

    assertWholeEntries(standardOutput(), 2);
    assertThat(Files.readAllLines(standardError())).hasSize(2);
  }

  @Test
  @EnabledIf("hasFullDevice")
  void tellsWhenTheDiskIsFullAndGoesOn() throws Exception {
    awaitSuccess(start("0", FULL.toString()));

    assertThat(Files.readAllLines(standardError()))
        .hasSizeLessThan(LoggingProcess.ENTRIES)
        .anyMatch(line -> line.matches("percore: log: .*No space left on device"));
  }

  static boolean hasFullDevice() {
    return Files.isWritable(FULL);
  }
}
