package dev.percore.master.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.percore.config.LoadedConfig;
import dev.percore.config.Version;
import dev.percore.master.ExitCode;
import dev.percore.master.Origin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole command lines, from the arguments to exit code and text.
final class PercoreTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<LoadedConfig> started = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();

  @TempDir private Path home;

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("conf"));
    Files.createDirectories(runDir());
    writeConfig("listen:\n  port: 8123\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run"})
  void runsTheMasterWithTheConfigurationOfTheHome(String arguments) {
    assertThat(percore(split(arguments))).isEqualTo(65);
    assertThat(ports()).containsExactly(8123);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --set listen.port=8200 --set workers=1",
        "--set listen.port=8200 --set workers=1 run",
        "--set workers=1 --set listen.port=8200",
        "--set workers=1 run --set listen.port=8200",
        "--set workers=2 --set listen.port=8200 run --set workers=1"
      })
  void setsSettingsBeforeAndAfterTheCommand(String arguments) {
    assertThat(percore(split(arguments))).isEqualTo(65);
    assertThat(ports()).containsExactly(8200);
    assertThat(started.getFirst().config().workers()).isEqualTo(1);
  }

  @Test
  void takesTheFileThatIsNamedAndThenTheOneOfTheEnvironment() throws IOException {
    Path named = Files.writeString(home.resolve("named.yaml"), "listen:\n  port: 8301\n");
    Path other = Files.writeString(home.resolve("other.yaml"), "listen:\n  port: 8302\n");
    environment.put("PERCORE_CONFIG", other.toString());

    percore("run");
    percore("run", "-c", named.toString());
    percore("--config", named.toString());

    assertThat(ports()).containsExactly(8302, 8301, 8301);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t", "config check"})
  void saysThatAConfigurationIsValid(String arguments) {
    assertThat(percore(split(arguments))).isZero();
    assertThat(out)
        .hasToString("percore: configuration " + home.resolve("conf/percore.yaml") + " is valid\n");
    assertThat(started).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t", "-T", "config check", "config show", "run", "stop", "status"})
  void tellsEveryProblemOfTheConfigurationOnALine(String arguments) throws IOException {
    writeConfig("listen:\n  port: x\n  backlog: 0\n");

    assertThat(percore(split(arguments))).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("percore: .*conf/percore.yaml:[23]: listen.*"));
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-T", "config show"})
  void printsWhatIsInForceWithItsOrigin(String arguments) {
    environment.put("PERCORE_WORKERS", "3");

    assertThat(percore(split(arguments + " --set compute.nice=7"))).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.matches("  port: 8123 +# .*conf/percore.yaml:2"))
        .anyMatch(line -> line.matches("workers: 3 +# PERCORE_WORKERS"))
        .anyMatch(line -> line.matches("  nice: 7 +# --set"))
        .anyMatch(line -> line.matches("  port: 9180 +# default"));
  }

  @Test
  void keepsWhatIsSetBeforeEachOfTheCommands() {
    assertThat(
            percore(split("--set io.threads=3 config --set workers=4 show --set compute.nice=7")))
        .isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.matches("  threads: 3 +# --set"))
        .anyMatch(line -> line.matches("workers: 4 +# --set"))
        .anyMatch(line -> line.matches("  nice: 7 +# --set"));
  }

  @Test
  void printsAConfigurationFileThatIsValid() throws IOException {
    assertThat(percore("config", "default")).isZero();
    writeConfig(out.toString());
    assertThat(percore("-t")).isZero();
  }

  @Test
  void printsReferenceAndSchema() {
    assertThat(percore("config", "reference")).isZero();
    assertThat(percore("config", "schema")).isZero();
    assertThat(out.toString()).contains("`listen.port`", "\"$schema\"");
  }

  @Test
  void printsItsVersion() {
    assertThat(percore("-v")).isZero();
    assertThat(out).hasToString("percore " + Version.current() + "\n");
    assertThat(Version.current()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
  }

  @Test
  void printsWhereItRuns() {
    assertThat(percore("-V")).isZero();
    assertThat(out.toString()).contains("java    " + Runtime.version(), "home    " + home);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "run -h", "stop --help", "config --help", "config show -h"})
  void helps(String arguments) {
    assertThat(percore(split(arguments))).isZero();
    assertThat(out.toString()).contains("Usage: percore");
    assertThat(started).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bogus",
        "--bogus",
        "-t -T",
        "-t run",
        "-s stop status",
        "-s",
        "-c",
        "run extra",
        "config",
        "stop --timeout 3",
        "-s HUP"
      })
  void refusesWrongUsageWithoutAStackTrace(String arguments) {
    assertThat(percore(split(arguments))).isEqualTo(64);
    assertThat(err.toString()).startsWith("percore: ").doesNotContain("\tat ");
    assertThat(started).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart", "hup"})
  void refusesWordsThatAreNoOrder(String signal) {
    assertThat(percore("-s", signal)).isEqualTo(64);
    assertThat(err.toString()).contains("-s: found '" + signal + "', allowed: one of stop, quit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "stop --graceful", "-s stop", "-s quit", "status", "workers"})
  void saysThatNothingRuns(String arguments) {
    assertThat(percore(split(arguments))).isEqualTo(3);
    assertThat(err.toString()).startsWith("percore: the server is not running: there is no ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "-s stop"})
  void stopsAServerWhoseFileHasMistakesByNow(String arguments) throws Exception {
    writeConfig("run_dir: run\nworkers: x\nshutdown: {fats: 1s}\n");
    try (FakeMaster master = new FakeMaster(runDir(), "exit")) {
      assertThat(percore(split(arguments))).isZero();
      assertThat(master.ends()).isTrue();
      assertThat(err.toString().lines()).singleElement().asString().endsWith("" + runDir());
    }
  }

  @Test
  void doesNotGuessWhichServerIsMeant() throws IOException {
    writeConfig("rundir: elsewhere\n");
    try (FakeMaster master = new FakeMaster(runDir(), "exit")) {
      assertThat(percore("stop")).isEqualTo(2);
      assertThat(master.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "stop --graceful", "-s stop", "-s quit", "status", "workers"})
  void saysThatTheRunFolderIsSomebodyElses(String arguments) throws IOException {
    Files.setPosixFilePermissions(runDir(), PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(runDir()), "root may read everything");
      assertThat(percore(split(arguments))).isEqualTo(77);
      assertThat(err.toString().lines()).singleElement().asString().endsWith(": no permission");
    } finally {
      Files.setPosixFilePermissions(runDir(), PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void doesNotTouchAStrangerWithTheOldPid() throws IOException {
    try (FakeMaster stranger = FakeMaster.stranger(runDir())) {
      assertThat(percore("stop")).isEqualTo(3);
      assertThat(stranger.isAlive()).isTrue();
    }
  }

  @Test
  void aPidFileOfADeadMasterMeansNotRunning() throws Exception {
    try (FakeMaster master = new FakeMaster(runDir(), "exit")) {
      master.kill();
      assertThat(percore("stop")).isEqualTo(3);
    }
  }

  @Test
  void refusesAPidFileWithoutAPid() throws IOException {
    Files.writeString(runDir().resolve("percore.pid"), "x\n");

    assertThat(percore("stop")).isEqualTo(1);
    assertThat(err.toString()).contains("does not hold a pid");
  }

  @Test
  void stopsAndWaitsForTheEnd() throws Exception {
    try (FakeMaster master = new FakeMaster(runDir(), "exit")) {
      assertThat(percore("stop")).isZero();
      assertThat(out.toString()).contains("pid " + master.pid());
      assertThat(master.ends()).isTrue();
    }
  }

  @Test
  void saysThatAMasterDoesNotEndInTime() throws IOException {
    try (FakeMaster master = new FakeMaster(runDir(), ":")) {
      assertThat(percore("stop", "--timeout", "300ms")).isEqualTo(4);
      assertThat(err.toString()).contains("pid " + master.pid(), "still runs after 300 ms");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop --graceful --timeout 100ms", "-s quit"})
  void asksForAGracefulStopOverTheControlSocket(String arguments) throws IOException {
    try (FakeMaster _ = new FakeMaster(runDir(), "exit");
        FakeControlSocket server = controlSocket(FakeControlSocket.ok("{}"))) {
      percore(split(arguments));
      assertThat(server.requests()).hasSize(1);
      assertThat(server.requests().element()).startsWith("POST /stop?mode=graceful HTTP/1.0\r\n");
    }
  }

  @Test
  void signalsAndDoesNotWait() throws IOException {
    try (FakeMaster master = new FakeMaster(runDir(), ":")) {
      assertThat(percore("-s", "stop")).isZero();
      assertThat(master.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "terminate", "open", "join"})
  void tellsThePool(String order) throws IOException {
    try (FakeControlSocket server = controlSocket(FakeControlSocket.ok("{\"done\":true}"))) {
      assertThat(percore("pool", order)).isZero();
      assertThat(server.requests().element()).startsWith("POST /pool/" + order + " HTTP/1.0\r\n");
    }
  }

  @Test
  void showsTheStatus() throws IOException {
    String status =
        """
        {"pid":71,"version":"0.1.0","state":"running","started":"2026-01-02T03:04:01Z",
        "listen":"0.0.0.0:8080","addresses":["0.0.0.0:8080","unix:/run/x"],
        "admin":"127.0.0.1:9180","workers_wanted":2,"workers_ready":1,"generation":3,
        "pool":"closed","reload":{"state":"succeeded","started":"2026-01-02T03:04:02Z","message":"all done"}}
        """;
    try (FakeControlSocket _ = controlSocket(FakeControlSocket.ok(status))) {
      assertThat(percore("status")).isZero();
      assertThat(out)
          .hasToString(
              """
              percore 0.1.0 is running, pid 71, since 2026-01-02T03:04:01Z
              service  0.0.0.0:8080, unix:/run/x
              admin    127.0.0.1:9180
              workers  1 of 2 ready
              pool     closed
              config   generation 3
              reload   succeeded, begun 2026-01-02T03:04:02Z: all done
              """);
    }
  }

  @Test
  void showsTheWorkers() throws IOException {
    String workers =
        """
        {"workers":[{"slot":0,"pid":81,"state":"ready","generation":1,
        "started":"2026-01-02T02:02:02Z","restarts":0,"last_exit":null,"cpu_seconds":1.25,
        "rss_bytes":83886080,"in_flight":3,"connections":64,"queued":5,"running":1},
        {"slot":1,"pid":82,"state":"starting","generation":1,"started":"2026-01-02T03:04:00Z",
        "restarts":2,"last_exit":"signal 9","cpu_seconds":0.5,"rss_bytes":1048576}]}
        """;
    try (FakeControlSocket _ = controlSocket(FakeControlSocket.ok(workers))) {
      assertThat(percore("workers")).isZero();
      assertThat(out)
          .hasToString(
              """
              SLOT  PID  STATE     GEN  AGE   RESTARTS  LAST-EXIT  CPU   RSS    CONNS  IN-FLIGHT  QUEUED  RUNNING
              0     81   ready     1    1h2m  0         -          1.3s  80MiB  64     3          5       1
              1     82   starting  1    5s    2         signal 9   0.5s  1MiB   -      -          -       -
              """);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "workers"})
  void printsTheAnswerOfTheMasterAsItIs(String command) throws IOException {
    try (FakeControlSocket server = controlSocket(FakeControlSocket.ok("{\"a\": 1}\n"))) {
      assertThat(percore(command, "--json")).isZero();
      assertThat(out).hasToString("{\"a\": 1}\n");
      assertThat(server.requests().element()).startsWith("GET /" + command + " HTTP/1.0\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "workers"})
  void refusesAnAnswerThatIsNotJson(String command) throws IOException {
    try (FakeControlSocket _ = controlSocket(FakeControlSocket.ok("<html>"))) {
      assertThat(percore(command)).isEqualTo(1);
      assertThat(err).hasToString("percore: the master's answer is not JSON\n");
    }
  }

  @Test
  void aServerMayEndWithItsInput() {
    assertThat(percore("run")).isEqualTo(ExitCode.START_FAILED.code());
    assertThat(percore("run", "--until-stdin-ends")).isEqualTo(ExitCode.START_FAILED.code());
    assertThat(origins).extracting(Origin::endsWithInput).containsExactly(false, true);
  }

  @Test
  void printsACompletionScriptThatBashUnderstands() throws Exception {
    assertThat(percore("completion")).isZero();

    Path script = Files.writeString(home.resolve("percore.bash"), out.toString());
    assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
    assertThat(out.toString()).contains("complete -F", "workers", "--graceful");
  }

  @Test
  void anErrorOfItsOwnIsToldWithItsStackTrace() {
    Surroundings broken =
        new Surroundings(
            home,
            environment,
            CLOCK,
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            (_, _, _) -> {
              throw new IllegalStateException("impossible");
            });

    for (String[] arguments : List.of(new String[] {"run"}, new String[0])) {
      assertThat(Percore.execute(broken, arguments)).isEqualTo(70);
      assertThat(err.toString()).contains("internal error", "impossible", "\tat ");
      err.getBuffer().setLength(0);
    }
  }

  private int percore(String... arguments) {
    Surroundings surroundings =
        new Surroundings(
            home,
            environment,
            CLOCK,
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            (config, _, origin) -> {
              started.add(config);
              origins.add(origin);
              return ExitCode.START_FAILED;
            });
    return Percore.execute(surroundings, arguments);
  }

  private static String[] split(String arguments) {
    return arguments.isEmpty() ? new String[0] : arguments.split(" ");
  }

  private List<Integer> ports() {
    return started.stream().map(loaded -> loaded.config().listen().port()).toList();
  }

  private Path runDir() {
    return home.resolve("run");
  }

  private FakeControlSocket controlSocket(String answer) throws IOException {
    return new FakeControlSocket(runDir().resolve("control.sock"), answer);
  }

  private void writeConfig(String yaml) throws IOException {
    Files.writeString(home.resolve("conf/percore.yaml"), yaml);
  }
}
