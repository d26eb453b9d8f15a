package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is known of a worker after its death.
final class EvidenceIT {
  /// A handler of which nothing can be made while a file exists.
  private static final String SLOW_START =
"""
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.Set;

      public final class SlowStart implements BlockingHandler {
        public SlowStart() throws InterruptedException {
          while (Files.exists(Path.of("@FILE@"))) {
            Thread.sleep(5);
          }
        }

        @Override public String name() { return "slow"; }
        @Override public String path() { return "/slow"; }
        @Override public Set<String> methods() { return Set.of("GET"); }
        @Override public Response handle(Request request) { return Response.text(200, ""); }
      }
""";

  private static final int GZIP_HEADER_BYTES = 18;

  @TempDir private Path folder;

  @Test
  void ofAStoppedWorkerItsRequestsAndWhatTheKernelTellsAreKept() throws Exception {
    PluginJar.writeGate(folder);
    try (PercoreServer server = PercoreServer.start(folder, "supervision.heartbeat_timeout=1s");
        RawConnection inFlight = server.connectTo(0)) {
      long stuck = server.worker(0).pid();
      inFlight.sendGet("/gate?file=" + folder.resolve("secret"));
      // A heartbeat may tell of a request before, which only found out the worker's pid.
      Await.until(
          "the handler runs",
          () -> server.getAdmin("/metrics").body().contains("percore_io_active{worker=\"0\"} 1"));

      OsProcesses.stop(stuck);

      Path bundle = Bundles.of(folder).await("-slot0-pid" + stuck + "-stuck");
      JsonNode report = report(bundle);
      assertThat(report.path("verdict").asString()).isEqualTo("stuck");
      assertThat(report.path("signal").asInt()).isEqualTo(9);
      assertThat(report.path("reason").asString()).isEqualTo("it gave no sign of life for 1.0 s");
      JsonNode request = report.at("/requests_in_flight/0");
      assertThat(request.path("method").asString()).isEqualTo("GET");
      assertThat(request.path("path").asString()).isEqualTo("/gate");
      assertThat(request.path("stage").asString()).isEqualTo("aside");
      assertThat(request.path("age_seconds").asDouble()).isGreaterThan(0.9);
      assertThat(report.at("/memory/rss_bytes").asLong()).isGreaterThan(10 << 20);
      assertThat(report.toString()).doesNotContain("secret");
      assertThat(Files.readString(bundle.resolve("threads.txt"))).contains("stopped the process");
      assertThat(Files.readString(bundle.resolve("proc/status"))).contains("State:\tT (stopped)");
      assertThat(Files.readString(bundle.resolve("proc/tasks.txt"))).contains("loop-0");
      server.awaitReplacement(0, stuck);
    }
  }

  @Test
  void ofAWorkerThatHangsAThreadDumpIsKept() throws Exception {
    Path hanging = folder.resolve("hanging");
    new PluginJar()
        .source("example.SlowStart", SLOW_START.replace("@FILE@", hanging.toString()))
        .service("dev.percore.worker.api.BlockingHandler", "example.SlowStart")
        .writeTo(folder.resolve("plugins/slow.jar"));
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "supervision.boot_timeout=8s")) {
      Files.createFile(hanging);
      OsProcesses.send("KILL", server.worker(0).pid());

      Path bundle = Bundles.of(folder).await("-stuck");

      Files.delete(hanging);
      assertThat(Files.readString(bundle.resolve("threads.txt")))
          .contains("Full thread dump", "at example.SlowStart.<init>");
      assertThat(Files.readString(bundle.resolve("heap.txt")))
          .contains("DefNew", "java.lang.String");
      assertThat(report(bundle).path("state").asString()).isEqualTo("starting");
      server.awaitWorker(0, "recovers", WorkerInfo::isReady);
    }
  }

  @Test
  void ofAWorkerWithoutMemoryTheHeapIsKept() throws Exception {
    PluginJar.writeHog(folder);
    try (PercoreServer server = PercoreServer.start(folder, "workers=1", "worker.heap=48m");
        RawConnection connection = server.connect()) {
      connection.sendGet("/hog");

      Path bundle = Bundles.of(folder).await("-heap_exhausted");

      try (InputStream dump =
          new GZIPInputStream(Files.newInputStream(bundle.resolve("heap.hprof.gz")))) {
        assertThat(new String(dump.readNBytes(GZIP_HEADER_BYTES), StandardCharsets.US_ASCII))
            .isEqualTo("JAVA PROFILE 1.0.2");
      }
      JsonNode report = report(bundle);
      assertThat(report.path("exit_code").asInt()).isEqualTo(3);
      assertThat(report.at("/requests_in_flight/0/path").asString()).isEqualTo("/hog");
      server.awaitWorker(0, "is replaced", WorkerInfo::isReady);
    }
  }

  @Test
  void aRecordingOutlivesItsWorker() throws Exception {
    try (PercoreServer server =
        PercoreServer.start(folder, "workers=1", "bundles.flight_recorder=true")) {
      Bundles.of(folder).awaitRecording();
      OsProcesses.send("KILL", server.worker(0).pid());
      Path bundle = Bundles.of(folder).await("-signal");
      assertThat(RecordingFile.readAllEvents(bundle.resolve("recording.jfr"))).isNotEmpty();
      assertThat(server.output().lines()).noneMatch(line -> line.contains("jfr"));
    }
  }

  @Test
  void bundlesAreBounded() throws Exception {
    try (PercoreServer server =
        PercoreServer.start(
            folder, "workers=1", "bundles.count=2", "supervision.backoff_initial=1ms")) {
      for (int i = 0; i < 3; i++) {
        WorkerInfo worker = server.awaitWorker(0, "lives", w -> w.pid() != 0);
        OsProcesses.send("KILL", worker.pid());
        Path _ = Bundles.of(folder).await("-pid" + worker.pid() + "-signal");
      }
      Await.until("the oldest gives way", () -> Bundles.of(folder).all().size() == 2);
    }
  }

  /// After a kill -9.
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class OfAKilledWorker {
    private Path serverFolder = Path.of("");
    private PercoreServer server;
    private long victim;
    private Path bundle = Path.of("");

    @BeforeAll
    void kill(@TempDir Path temporary) throws Exception {
      serverFolder = temporary;
      PluginJar.writeGate(serverFolder);
      server = PercoreServer.start(serverFolder, "log.level=debug");
      victim = server.worker(1).pid();
      try (RawConnection inFlight = server.connectTo(1)) {
        inFlight.sendGet("/gate?file=" + serverFolder.resolve("gate"));
        server.awaitWorker(1, "has a request", worker -> worker.inFlight() == 1);
        OsProcesses.send("KILL", victim);
        bundle = Bundles.of(serverFolder).await("-slot1-pid" + victim + "-signal");
      }
      server.awaitReplacement(1, victim);
    }

    @AfterAll
    void stop() throws Exception {
      server.close();
      try (Stream<Path> left = Files.list(serverFolder.resolve("bundles"))) {
        assertThat(left).containsExactly(bundle);
      }
    }

    @Test
    void theRequestInFlightAndTheLastLogLinesAreKept() throws Exception {
      JsonNode report = report(bundle);
      assertThat(report.at("/requests_in_flight/0/path").asString()).isEqualTo("/gate");
      assertThat(report.path("requests_in_flight").size()).isEqualTo(1);
      assertThat(report.at("/last_heartbeat/in_flight").asInt()).isEqualTo(1);
      assertThat(report.path("jvm_options").toString()).contains("-XX:ErrorFile=");
      assertThat(Files.readString(bundle.resolve("log.txt")))
          .contains("worker-1 " + victim)
          .contains("accepts connections");
    }

    @Test
    void theLogTellsTheVerdict() throws Exception {
      server
          .output()
          .awaitLine(
              "worker 1 \\(pid %d\\) ended: verdict signal \\(signal 9 \\(SIGKILL\\)\\); what is known of it is in %s"
                  .formatted(victim, bundle));
    }

    @Test
    void theHistoryTellsIt() throws Exception {
      Distribution.Outcome history = server.command("workers", "--history");
      assertThat(history.exitCode()).as(history.err()).isZero();
      assertThat(history.out().lines())
          .hasSize(2)
          .anyMatch(
              line ->
                  line.matches(
                      "\\S+Z  1 +%d +1 +[\\d.]+s +signal +signal 9 \\(SIGKILL\\) +- +%s"
                          .formatted(victim, bundle)));
      JsonNode end =
          Json.parse(server.command("workers", "--history", "--json").out()).at("/ends/0");
      assertThat(end.path("pid").asLong()).isEqualTo(victim);
      assertThat(end.path("verdict").asString()).isEqualTo("signal");
      assertThat(server.getAdmin("/workers/history").body()).contains("\"pid\":" + victim);
    }

    @Test
    void theMetricTellsIt() throws Exception {
      assertThat(server.getAdmin("/metrics").body().lines())
          .anyMatch(
              line ->
                  line.startsWith("percore_worker_exits_total{")
                      && line.contains("worker=\"1\"")
                      && line.contains("status=\"137\"")
                      && line.contains("verdict=\"signal\"")
                      && line.endsWith(" 1.0"));
    }

    @Test
    void nothingElseIsLeft() {
      assertThat(Path.of("/tmp/.java_pid" + victim)).doesNotExist();
    }

    @Test
    void theThreadsOfLivingWorkersArePrinted() throws Exception {
      Distribution.Outcome one = server.command("dump", "1");
      assertThat(one.exitCode()).as(one.err()).isZero();
      assertThat(one.out())
          .startsWith("worker 1 (pid " + server.worker(1).pid() + "), READY")
          .contains("Full thread dump", "\"loop-1-", "\"compute-1\"")
          .doesNotContain("\"loop-0-");
      Distribution.Outcome all = server.command("dump", "all", "--heap");
      assertThat(all.out()).contains("\"loop-0-", "\"loop-1-", "#instances");
    }

    @Test
    void aDumpThatCannotBeHadIsTold() throws Exception {
      Distribution.Outcome none = server.command("dump", "7");
      assertThat(none.exitCode()).isEqualTo(1);
      assertThat(none.err()).contains("Slot 7 has no worker");
      assertThat(server.command("dump", "x").exitCode()).isEqualTo(64);
    }
  }

  private static JsonNode report(Path bundle) throws IOException {
    return Json.parse(Files.readString(bundle.resolve("report.json")));
  }
}
