package dev.percore.master.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.master.host.Ownership;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerEvidenceTest {
  private static final long HEAP_BYTES = 64 << 20;

  @TempDir private Path temporary;
  private Path root = Path.of("");

  @BeforeEach
  void place() {
    root = temporary.resolve("bun%dles");
  }

  @Test
  void aJvmIsToldToLeaveItsTracesInAFolderOfItsOwn() throws IOException {
    try (WorkerEvidence evidence = evidence(true, false)) {
      Trace trace = evidence.open(0, HEAP_BYTES);
      Path folder = trace.folder();
      assertThat(folder).isEmptyDirectory();
      String escaped = String.valueOf(folder).replace("%", "%%");
      assertThat(trace.jvmOptions())
          .contains("-XX:ErrorFile=" + escaped + "/hs_err.log")
          .contains("-XX:HeapDumpPath=" + escaped + "/heap.hprof.gz")
          .noneMatch(option -> option.contains("FlightRecorder"));
      evidence.cancelled(trace);
      assertThat(folder).doesNotExist();
    }
    assertThat(root).doesNotExist();
  }

  @Test
  void aHeapBeyondTheLimitIsNotDumped() throws IOException {
    try (WorkerEvidence evidence = evidence(true, true)) {
      Trace trace = evidence.open(0, HEAP_BYTES + 1);
      assertThat(trace.jvmOptions())
          .noneMatch(option -> option.contains("HeapDump"))
          .anyMatch(option -> option.contains("FlightRecorder"));
      evidence.cancelled(trace);
    }
  }

  @Test
  void aWorkerStartsAlsoWhereNothingCanBeKept() throws IOException {
    try (WorkerEvidence evidence = evidence(true, false)) {
      Files.writeString(root, "a file, no folder");
      Trace trace = evidence.open(0, HEAP_BYTES);
      assertThat(trace.folder()).isNull();
      assertThat(trace.jvmOptions()).isEmpty();
      assertThat(trace.standardInput()).exists();

      Coroner coroner = coroner(settings(true, false));
      WorkerEnd end = coroner.examine(death(), trace);

      assertThat(end.verdict()).isEqualTo(Verdict.SIGNAL);
      assertThat(end.bundle()).isNull();
    }
  }

  @Test
  void theBundleHoldsWhatTheBlackBoxHolds() throws Exception {
    try (WorkerEvidence evidence = evidence(false, false)) {
      Trace trace = evidence.open(0, HEAP_BYTES);
      trace.began(List.of("java", "-Xmx64m", "-cp", "a.jar", "Main"));
      BlackBoxWriter.format(trace.standardInput().toPath());

      Coroner coroner = coroner(settings(false, false));
      Path bundle = coroner.examine(death(), trace).bundle();

      assertThat(bundle)
          .hasFileName("20260102T030405.678Z-slot2-pid999999999-signal")
          .isDirectoryContaining("glob:**/log.txt");
      assertThat(Files.readString(root.resolve(String.valueOf(bundle)).resolve("report.json")))
          .contains("\"jvm_options\" : [ \"-Xmx64m\" ]");
      assertThat(trace.folder()).doesNotExist();
      assertThat(trace.standardInput()).doesNotExist();
    }
  }

  @Test
  void whatAJvmWroteElsewhereIsInTheBundle() throws Exception {
    try (WorkerEvidence evidence = evidence(false, false)) {
      Trace opened = evidence.open(0, HEAP_BYTES);
      Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
      Files.writeString(elsewhere.resolve("heap.hprof.gz"), "heap");
      Files.writeString(elsewhere.resolve("core"), "other");
      Trace trace = new Trace(null, opened.folder(), elsewhere, List.of());

      WorkerEnd end = coroner(settings(false, false)).examine(death(), trace);

      assertThat(end.verdict()).isEqualTo(Verdict.HEAP_EXHAUSTED);
      Path bundle = root.resolve(String.valueOf(end.bundle()));
      assertThat(bundle.resolve("heap.hprof.gz")).hasContent("heap");
      assertThat(bundle.resolve("core")).doesNotExist();
      assertThat(elsewhere).doesNotExist();
      evidence.cancelled(opened);
    }
  }

  private static Death death() {
    Instant end = Instant.parse("2026-01-02T03:04:05.678Z");
    return new Death(
        end,
        2,
        999_999_999,
        1,
        end.minusSeconds(60),
        WorkerState.READY,
        new WorkerExit(137),
        false,
        null,
        new Heartbeat(Duration.ZERO, 0, 0, 0, 0, 0, Duration.ZERO, 0));
  }

  private static Coroner coroner(ServerConfig.Bundles settings) {
    return new Coroner(
        new BundleFolder(settings, Ownership.unchanged()), new MemoryEvents(List.of()));
  }

  private WorkerEvidence evidence(boolean heapDump, boolean flightRecorder) throws IOException {
    return new WorkerEvidence(
        settings(heapDump, flightRecorder), Ownership.unchanged(), Runnable::run);
  }

  private ServerConfig.Bundles settings(boolean heapDump, boolean flightRecorder) {
    return new ServerConfig.Bundles(root, 10, HEAP_BYTES, heapDump, flightRecorder);
  }
}
