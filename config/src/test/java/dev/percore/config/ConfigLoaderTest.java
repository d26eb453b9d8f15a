package dev.percore.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.config.net.IpRange;
import dev.percore.config.net.ListenAddress;
import dev.percore.config.net.TrustedProxies;
import java.net.InetAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

  @TempDir private Path home = Path.of("/");

  private TestSources sources() {
    return new TestSources(home);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  static ServerConfig defaults(Path home) {
    return new ServerConfig(
        Math.min(256, Runtime.getRuntime().availableProcessors()),
        new ServerConfig.Listen("0.0.0.0", 8080, 1024),
        new ServerConfig.Admin("127.0.0.1", 9180, true, millis(500), seconds(10)),
        home.resolve("run"),
        home.resolve("plugins"),
        new ServerConfig.WorkerProcess(
            128L << 20,
            List.of(),
            Duration.ofSeconds(2),
            millis(100),
            19,
            true,
            0,
            0,
            Duration.ZERO,
            0),
        new ServerConfig.Io(16, 256),
        new ServerConfig.Compute(512, seconds(60), 14, true, seconds(10)),
        new ServerConfig.Jobs(
            home.resolve("run/jobs"), 10_000, 3, Duration.ofHours(1), 256L << 20, 4 << 20),
        new ServerConfig.Poison(2, Duration.ofMinutes(10), Duration.ofMinutes(10)),
        new ServerConfig.Webhooks(
            List.of(), null, false, seconds(15), 10, seconds(5), Duration.ofMinutes(5), 8, 1000),
        new ServerConfig.Limits(8192, 32768, 100, 1048576, 10000, 0),
        new ServerConfig.Timeouts(seconds(10), seconds(30), seconds(60), seconds(30)),
        new ServerConfig.Shutdown(seconds(2), seconds(30)),
        new ServerConfig.Reload(
            ServerConfig.ReloadStrategy.ROLLING, seconds(30), 3, List.of(), seconds(10), 1, 100),
        new ServerConfig.Supervision(
            seconds(30),
            seconds(1),
            seconds(20),
            millis(100),
            seconds(30),
            seconds(10),
            seconds(3),
            seconds(10),
            -5),
        new ServerConfig.ClientLimits(null, 0, 0, null, 0, false, 16384, List.of()),
        new ServerConfig.Proxies(TrustedProxies.NONE, ServerConfig.ForwardedField.X_FORWARDED_FOR),
        new ServerConfig.Bundles(home.resolve("run/bundles"), 10, 256L << 20, true, false),
        new ServerConfig.Privileges(null, null, 0027),
        new ServerConfig.Log(ServerConfig.LogLevel.INFO, ServerConfig.LogFormat.TEXT, null),
        new ServerConfig.AccessLog(
            ServerConfig.AccessLogFormat.OFF, home.resolve("logs/access.log")),
        new ServerConfig.StaticFiles(null, "/static/", "index.html", 4 << 20, seconds(1)));
  }

  @Test
  void hasADefaultForEverySetting() throws Exception {
    LoadedConfig loaded = sources().load("");

    assertThat(loaded.config()).isEqualTo(defaults(home));
    assertThat(loaded.settings()).extracting(EffectiveSetting::origin).containsOnly("default");
    assertThat(loaded.settings())
        .extracting(EffectiveSetting::key)
        .containsExactlyElementsOf(Settings.all().stream().map(Setting::key).toList());
  }

  @Test
  void mapsEverySettingToItsField() throws Exception {
    String yaml =
        """
        workers: 3
        run_dir: /run/percore
        plugins_dir: mine
        user: www:web
        umask: 077
        trusted_proxies: [10.0.0.0/8, "unix:"]
        forwarded_field: forwarded
        listen:
          address: "::1"
          port: 80
          tcp: false
          backlog: 7
          extra: ["[::2]:81", unix:web.sock proxy_protocol]
          proxy_protocol: true
          tcp_nodelay: false
          fast_open: 8
          incoming_cpu: true
          keepalive: true
          keepalive_idle: 9s
          keepalive_interval: 10s
          keepalive_count: 11
          unix_mode: "604"
        admin: {address: 10.0.0.1, port: 81, tcp: false, scrape_timeout: 1s, warm_up: 3s}
        worker:
          heap: 1g
          jvm_options: [-Xss1m, "-Da=b c"]
          warm_up: 1s
          first_warm_up: 300ms
          start_nice: 3
          pin: false
          max_requests: 1000
          max_requests_jitter: 100
          max_age: 6h
          max_rss: 512m
        io: {threads: 2, queue: 0}
        compute: {queue: 5, timeout: 1h, nice: 19, pin: false, slow_after: 700ms}
        limits:
          request_line: 256
          headers: 1m
          header_count: 9
          body: 0
          connections: 11
          requests_per_connection: 12
        timeouts: {header: 13s, body: 14s, idle: 15s, write: 16s}
        shutdown: {fast: 17s, graceful: 18s}
        reload:
          strategy: blue-green
          drain: 3s
          max_draining: 4
          golden: [/healthz, "/calc?n=5"]
          observe: 6s
          error_rise: 7
          latency_rise: 8
        supervision:
          boot_timeout: 19s
          heartbeat_interval: 2s
          heartbeat_timeout: 21s
          backoff_initial: 22ms
          backoff_max: 23s
          stable_after: 24s
          adopt_after: 25s
          lane_grace: 26s
          nice: -17
        client_limits:
          key: header:X-Api-Key
          connections: 25
          concurrent: 26
          rate: 27/m
          burst: 28
          dry_run: true
          table: 100
          exempt: [10.0.0.0/8, "::1"]
        webhooks:
          hosts: [Hooks.Example.com, "*.example.org:8443", "[::1]:*"]
          secret_file: /etc/percore/webhooks
          private_addresses: true
          timeout: 41s
          attempts: 42
          backoff_initial: 43s
          backoff_max: 44s
          in_flight: 45
          pending_per_host: 46
        jobs:
          dir: /var/lib/percore/jobs
          queue: 29
          attempts: 30
          keep: 31s
          size: 32m
          result_size: 33k
        poison: {deaths: 35, window: 36s, refuse: 37s}
        bundles:
          dir: /var/lib/percore/bundles
          count: 9
          size: 1g
          heap_dump: false
          flight_recorder: true
        log: {level: trace, format: json, file: logs/server.log}
        access_log: {format: combined, file: "-"}
        static: {root: www, path: /files/, index: start.html, cache: 1m, cache_valid: 60s}
        """;

    ServerConfig config = sources().load(yaml).config();

    assertThat(config)
        .isEqualTo(
            new ServerConfig(
                3,
                new ServerConfig.Listen(
                    "::1",
                    80,
                    false,
                    7,
                    true,
                    List.of(
                        new ListenAddress.Tcp(InetAddress.ofLiteral("::2"), 81, false),
                        new ListenAddress.Unix(home.resolve("web.sock"), true)),
                    false,
                    8,
                    true,
                    new ServerConfig.KeepAlive(seconds(9), seconds(10), 11),
                    PosixFilePermissions.fromString("rw----r--")),
                new ServerConfig.Admin("10.0.0.1", 81, false, seconds(1), seconds(3)),
                Path.of("/run/percore"),
                home.resolve("mine"),
                new ServerConfig.WorkerProcess(
                    1L << 30,
                    List.of("-Xss1m", "-Da=b c"),
                    Duration.ofSeconds(1),
                    millis(300),
                    3,
                    false,
                    1000,
                    100,
                    Duration.ofHours(6),
                    512L << 20),
                new ServerConfig.Io(2, 0),
                new ServerConfig.Compute(5, Duration.ofHours(1), 19, false, millis(700)),
                new ServerConfig.Jobs(
                    Path.of("/var/lib/percore/jobs"), 29, 30, seconds(31), 32L << 20, 33 << 10),
                new ServerConfig.Poison(35, seconds(36), seconds(37)),
                new ServerConfig.Webhooks(
                    List.of("hooks.example.com", "*.example.org:8443", "[::1]:*"),
                    Path.of("/etc/percore/webhooks"),
                    true,
                    seconds(41),
                    42,
                    seconds(43),
                    seconds(44),
                    45,
                    46),
                new ServerConfig.Limits(256, 1 << 20, 9, 0, 11, 12),
                new ServerConfig.Timeouts(seconds(13), seconds(14), seconds(15), seconds(16)),
                new ServerConfig.Shutdown(seconds(17), seconds(18)),
                new ServerConfig.Reload(
                    ServerConfig.ReloadStrategy.BLUE_GREEN,
                    seconds(3),
                    4,
                    List.of("/healthz", "/calc?n=5"),
                    seconds(6),
                    7,
                    8),
                new ServerConfig.Supervision(
                    seconds(19),
                    seconds(2),
                    seconds(21),
                    millis(22),
                    seconds(23),
                    seconds(24),
                    seconds(25),
                    seconds(26),
                    -17),
                new ServerConfig.ClientLimits(
                    "X-Api-Key",
                    25,
                    26,
                    new ServerConfig.Rate(27, Duration.ofMinutes(1)),
                    28,
                    true,
                    100,
                    List.of(
                        Objects.requireNonNull(IpRange.parse("10.0.0.0/8")),
                        Objects.requireNonNull(IpRange.parse("::1")))),
                new ServerConfig.Proxies(
                    TrustedProxies.of(List.of("10.0.0.0/8", "unix:")),
                    ServerConfig.ForwardedField.FORWARDED),
                new ServerConfig.Bundles(
                    Path.of("/var/lib/percore/bundles"), 9, 1L << 30, false, true),
                new ServerConfig.Privileges("www", "web", 0077),
                new ServerConfig.Log(
                    ServerConfig.LogLevel.TRACE,
                    ServerConfig.LogFormat.JSON,
                    home.resolve("logs/server.log")),
                new ServerConfig.AccessLog(ServerConfig.AccessLogFormat.COMBINED, null),
                new ServerConfig.StaticFiles(
                    home.resolve("www"), "/files/", "start.html", 1 << 20, seconds(60))));
    assertThat(sources().load(yaml).settings())
        .as("settings still at their default")
        .noneMatch(setting -> setting.origin().equals("default"));
  }

  @Test
  void letsTheFileWinOverTheDefaultTheEnvironmentOverTheFileAndSetOverAll() throws Exception {
    String yaml = "listen:\n  port: 1\n  backlog: 1\nadmin:\n  port: 5\n";
    Map<String, String> environment =
        Map.of("PERCORE_LISTEN_PORT", "2", "PERCORE_LISTEN_BACKLOG", "2", "PATH", "/bin");

    LoadedConfig loaded = sources().load(yaml, environment, "listen.port=3", "listen.port=4");

    assertThat(loaded.config().listen()).isEqualTo(new ServerConfig.Listen("0.0.0.0", 4, 2));
    assertThat(loaded.settings())
        .filteredOn(
            setting ->
                List.of("listen.address", "listen.port", "listen.backlog", "admin.port")
                    .contains(setting.key()))
        .extracting(EffectiveSetting::origin)
        .containsExactly("default", "--set", "PERCORE_LISTEN_BACKLOG", "conf/percore.yaml:5");
  }

  @Test
  void keepsHowAValueWasWritten() throws Exception {
    LoadedConfig loaded = sources().load("run_dir: here\nlimits: {body: 1024k}\n");

    assertThat(loaded.settings())
        .contains(
            new EffectiveSetting("run_dir", home + "/here", "conf/percore.yaml:1", "here"),
            new EffectiveSetting("limits.body", "1m", "conf/percore.yaml:2", "1024k"));
  }

  @Test
  void takesNumbersInQuotesAndSectionsWithoutSettings() throws Exception {
    LoadedConfig loaded = sources().load("\uFEFFlisten:\n# port: 1\nadmin: ~\nworkers: '2'\n");

    assertThat(loaded.config().workers()).isEqualTo(2);
  }

  @Test
  void readsACharacterOfTwoUnitsWhereverTheParsersBufferEnds() throws Exception {
    for (int before = 1000; before < 1050; before++) {
      LoadedConfig loaded = sources().load("#" + "x".repeat(before) + "😀\nworkers: 2\n");

      assertThat(loaded.config().workers()).as("%d before it", before).isEqualTo(2);
    }
  }

  @Test
  void readsListsFromEnvironmentAndCommandLine() throws Exception {
    LoadedConfig loaded =
        sources().load("", Map.of("PERCORE_WORKER_JVM_OPTIONS", "-Xss1m -Da=b\\ c"));

    assertThat(loaded.config().worker().jvmOptions()).containsExactly("-Xss1m", "-Da=b c");
    assertThat(sources().load("", "worker.jvm_options=").config().worker().jvmOptions()).isEmpty();
  }

  @Test
  void ignoresVariablesOfTheStartScriptAndOfKubernetes() throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (String name : List.of("JAVA_HOME", "JAVA_OPTS", "CONFIG")) {
      environment.put("PERCORE_" + name, "x");
    }
    environment.put("PERCORE_SERVICE_HOST", "10.0.0.1");
    environment.put("PERCORE_SERVICE_PORT_HTTP", "8080");
    environment.put("PERCORE_PORT", "tcp://10.0.0.1:8080");
    environment.put("PERCORE_PORT_8080_TCP_ADDR", "10.0.0.1");

    assertThat(sources().problems("", environment)).isEmpty();
    assertThat(sources().problems("", Map.of("PERCORE_PORT", "80"))).hasSize(1);
  }

  @Test
  void namesAFileOutsideHomeAsItWasGiven() {
    ConfigSources elsewhere =
        new ConfigSources(Path.of("/nonexistent/a.yaml"), Map.of(), List.of(), home);

    assertThatThrownBy(() -> ConfigLoader.load(elsewhere))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "/nonexistent/a.yaml: found no such file, allowed: a YAML file that can be read");
  }

  @Test
  void refusesCanonicalValuesOfAnotherVersion() throws Exception {
    Map<String, String> canonical = new HashMap<>(sources().load("").canonical());
    canonical.put("listen.port", "x");

    assertThatThrownBy(() -> ConfigLoader.fromCanonical(canonical))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("listen.port is x, allowed: a whole number from 0 to 65535");
    canonical.remove("listen.port");
    assertThatThrownBy(() -> ConfigLoader.fromCanonical(canonical))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("listen.port is null");
  }
}
