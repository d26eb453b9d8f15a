package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Root starts the server, and the workers run as somebody else.
final class PrivilegesIT {
  private static final String USER = "nobody";

  @TempDir private Path folder;

  @BeforeEach
  void checkThatThisIsPossibleHere() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
    Path jar = Distribution.home().resolve("bin/percore");
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    for (Path needed : List.of(jar, java)) {
      assumeTrue(
          mayRead(needed), "the user " + USER + " cannot read " + needed + ": a folder is closed");
    }
    letThrough("rwxr-xr-x");
  }

  private static boolean mayRead(Path path) throws Exception {
    return Distribution.run(
                new ProcessBuilder(
                    "setpriv", "--reuid=" + USER, "--clear-groups", "test", "-r", path.toString()))
            .exitCode()
        == 0;
  }

  private void letThrough(String rights) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(rights));
  }

  @Test
  void workersHaveNoRightsAndTheServerWorks() throws Exception {
    try (PercoreServer server = start()) {
      assertThat(server.get("/calc?n=7").json().get("result").asInt()).isEqualTo(7);
      for (WorkerInfo worker : server.workers()) {
        Map<String, String> status = status(worker.pid());
        assertThat(ids(status, "Uid")).containsOnly(id("-u"));
        assertThat(ids(status, "Gid")).containsOnly(id("-g"));
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
          assertThat(Long.parseUnsignedLong(String.valueOf(status.get(set)), 16)).as(set).isZero();
        }
        assertThat(status).containsEntry("NoNewPrivs", "1").containsEntry("Umask", "0027");
      }
      assertThat(ids(status(server.masterPid()), "Uid")).containsOnly("0");
      assertThat(server.output().lines()).noneMatch(line -> line.contains("doctor: user"));
    }
  }

  @Test
  void theRunFolderLetsWorkersReachTheirSocketsAndNothingElse() throws Exception {
    try (PercoreServer server = start()) {
      Path run = PercoreServer.runFolder(folder);
      assertThat(owner(run)).isEqualTo("root rwx--x--x");
      assertThat(owner(run.resolve("control.sock"))).isEqualTo("root rw-------");
      assertThat(owner(run.resolve("workers.sock"))).isEqualTo(USER + " rw-------");
      assertThat(owner(run.resolve("descriptors.sock"))).isEqualTo(USER + " rw-------");
      assertThat(owner(run.resolve("percore.pid"))).isEqualTo("root rw-r--r--");
      assertThat(mayRead(run.resolve("percore.pid"))).isTrue();
      assertThat(mayRead(run)).isFalse();
      assertThat(server.worker(0).isReady()).isTrue();
    }
  }

  @Test
  void workersAppendToLogsThatTheMasterMade() throws Exception {
    Path log = folder.resolve("logs/server.log");
    Path access = folder.resolve("logs/access.log");
    try (PercoreServer server =
        PercoreServer.launch(
            folder,
            "user=" + USER,
            "log.file=" + log,
            "access_log.format=combined",
            "access_log.file=" + access)) {
      Await.until(
          "serving", () -> Files.exists(log) && Files.readString(log).contains("serving on"));
      assertThat(owner(log)).isEqualTo(USER + " rw-r-----");
      assertThat(owner(folder.resolve("logs"))).isEqualTo("root rwxr-x---");
      assertThat(owner(access)).isEqualTo(USER + " rw-r-----");
      server.signal("TERM");
      assertThat(server.awaitExitCode()).isZero();
    }
  }

  @Test
  void aWorkerOfAnotherUserIsReplacedAndDiesWithItsMaster() throws Exception {
    try (PercoreServer server = start()) {
      long pid = server.worker(0).pid();
      OsProcesses.send("KILL", pid);
      var _ = server.awaitReplacement(0, pid);
      OsProcesses.stop(server.worker(1).pid()); // so that only the kernel can end it

      server.killMaster();

      var _ =
          Await.within(Duration.ofSeconds(5), "no orphan", server::livingWorkers, List::isEmpty);
    }
    try (PercoreServer next = start()) {
      assertThat(next.get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void aThreadDumpOfAWorkerIsToBeHad() throws Exception {
    try (PercoreServer server = start()) {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd");
      assumeTrue(Files.isExecutable(jcmd), "needs a JDK");
      Distribution.Outcome dump =
          Distribution.run(
              new ProcessBuilder(
                  jcmd.toString(), Long.toString(server.worker(0).pid()), "Thread.print"));
      assertThat(dump.out()).contains("\"compute-0\"");
    }
  }

  @Test
  void theHeapOfAWorkerWithoutMemoryIsKept() throws Exception {
    PluginJar.writeHog(folder);
    try (PercoreServer server = start("workers=1", "worker.heap=48m");
        RawConnection connection = server.connect()) {
      connection.sendGet("/hog");
      Path bundle = Bundles.of(folder).await("-heap_exhausted");
      assertThat(owner(bundle)).isEqualTo("root rwx------");
      assertThat(owner(bundle.resolve("heap.hprof.gz"))).isEqualTo("root rw-------");
      assertThat(Files.size(bundle.resolve("heap.hprof.gz"))).isGreaterThan(100_000);
      assertThat(Files.readString(bundle.resolve("report.json"))).contains("heap_exhausted");
      assertThat(server.awaitWorker(0, "is replaced", WorkerInfo::isReady).pid()).isPositive();
    }
    assertNothingIsLeftOfLivingWorkers();
  }

  @Test
  void theReportOfACrashIsKept() throws Exception {
    try (PercoreServer server = start("workers=1")) {
      long pid = server.worker(0).pid();
      OsProcesses.send("SEGV", pid);
      Path bundle = Bundles.of(folder).await("-pid" + pid + "-signal");
      assertThat(owner(bundle.resolve("hs_err.log"))).isEqualTo("root rw-------");
      assertThat(Files.readString(bundle.resolve("hs_err.log"))).contains("sent by kill");
    }
  }

  @Test
  void aRecordingOutlivesItsWorker() throws Exception {
    try (PercoreServer server = start("workers=1", "bundles.flight_recorder=true")) {
      Bundles.of(folder).awaitRecording();
      OsProcesses.send("KILL", server.worker(0).pid());
      Path bundle = Bundles.of(folder).await("-signal");
      assertThat(owner(bundle.resolve("recording.jfr"))).startsWith("root rw");
      assertThat(RecordingFile.readAllEvents(bundle.resolve("recording.jfr"))).isNotEmpty();
      assertThat(bundle.resolve("jfr")).doesNotExist();
    }
    assertNothingIsLeftOfLivingWorkers();
  }

  @Test
  void aServerStartsAlsoWhereJvmsCannotComeToTheirFolder() throws Exception {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    try (PercoreServer server =
        start(
            "workers=1",
            "bundles.flight_recorder=true",
            "bundles.dir=" + closed.resolve("bundles"))) {
      server
          .output()
          .awaitLine("bundles will lack what the workers' JVMs write themselves: .*" + closed);
      assertThat(server.get("/healthz").status()).isEqualTo(200);
    }
  }

  private void assertNothingIsLeftOfLivingWorkers() {
    assertThat(folder.resolve("bundles")).isDirectoryNotContaining("glob:**/.living-*");
  }

  @Test
  void aStartThatCannotWorkIsRefusedWithTheReason() throws Exception {
    assertRefused(69, "there is no user no-such-user-here", "user=no-such-user-here");
    assertRefused(69, "there is no group no-such-group-here", "user=nobody:no-such-group-here");
    letThrough("rwx------");
    assertRefused(77, "the workers' user nobody cannot use .*workers.sock", "user=nobody");
  }

  private void assertRefused(int exitCode, String reason, String setting) throws Exception {
    try (PercoreServer server = PercoreServer.launch(folder, setting)) {
      assertThat(server.awaitExitCode()).as(server.output().tail()).isEqualTo(exitCode);
      assertThat(server.output().text()).containsPattern("percore: cannot start: .*" + reason);
    }
  }

  @Test
  void anotherUserMayNotBecomeYetAnother() throws Exception {
    Path run = folder.resolve("of-daemon");
    Files.createDirectory(run);
    Distribution.Outcome refused =
        Distribution.run(
            asDaemon(List.of("run", "--set=user=nobody", "--set=run_dir=" + run.resolve("run"))));
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(77);
    assertThat(refused.err()).contains("only root can run workers as nobody");
  }

  private static ProcessBuilder asDaemon(List<String> arguments) {
    ProcessBuilder builder = Distribution.percore(arguments);
    builder.command().addAll(0, List.of("setpriv", "--reuid=daemon", "--clear-groups"));
    return builder;
  }

  private PercoreServer start(String... settings) throws Exception {
    return PercoreServer.start(
        folder,
        Stream.concat(Stream.of("user=" + USER), Stream.of(settings)).toArray(String[]::new));
  }

  private static Map<String, String> status(long pid) throws IOException {
    Map<String, String> status = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      int colon = line.indexOf(':');
      status.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return status;
  }

  private static String[] ids(Map<String, String> status, String field) {
    return String.valueOf(status.get(field)).split("\\s+");
  }

  private static String id(String option) throws Exception {
    return Distribution.run(new ProcessBuilder("id", option, USER)).out();
  }

  private static String owner(Path path) throws IOException {
    return Files.getOwner(path).getName()
        + " "
        + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
