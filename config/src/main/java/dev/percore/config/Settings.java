package dev.percore.config;

import static dev.percore.config.Declarations.GIB;
import static dev.percore.config.Declarations.KIB;
import static dev.percore.config.Declarations.MIB;
import static dev.percore.config.Declarations.span;
import static dev.percore.config.Declarations.whole;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.percore.config.ServerConfig.AccessLogFormat;
import dev.percore.config.ServerConfig.LogFormat;
import dev.percore.config.ServerConfig.LogLevel;
import dev.percore.config.value.AutoNumber;
import dev.percore.config.value.Choice;
import dev.percore.config.value.Flag;
import dev.percore.config.value.IpAddress;
import dev.percore.config.value.OptionalPath;
import dev.percore.config.value.RequiredPath;
import dev.percore.config.value.SizeValue;
import dev.percore.config.value.Text;
import dev.percore.config.value.TextList;
import dev.percore.config.value.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every setting of Percore, in the order of the reference.
public final class Settings {

  private static final Declarations DECLARED = new Declarations();

  static final Setting<Integer> WORKERS =
      setting(
          "workers",
          new AutoNumber(whole(1, 256), () -> Runtime.getRuntime().availableProcessors()),
          "auto",
          "Number of worker processes. `auto` starts one per core that the process may use.");
  static final Setting<Path> RUN_DIR =
      DECLARED.add(
          new Setting<>(
              "run_dir",
              new RequiredPath(),
              "run",
              "Folder for the process id and the control socket; one running server needs one of"
                  + " its own.",
              true));
  static final Setting<Path> PLUGINS_DIR =
      setting(
          "plugins_dir",
          new RequiredPath(),
          "plugins",
          "Folder of the jars with your own functions and handlers.");

  static final Setting<String> LISTEN_ADDRESS =
      setting(
          "listen.address",
          new IpAddress(),
          "0.0.0.0",
          "Address that the service listens on. `0.0.0.0` is every IPv4 address of the machine,"
              + " `\"::\"` (in quotes) every address.");
  static final Setting<Integer> LISTEN_PORT =
      setting(
          "listen.port",
          whole(0, 65535),
          "8080",
          "Port of the service. With 0 the kernel chooses one, the same for all workers.");
  static final Setting<Boolean> LISTEN_TCP =
      setting(
          "listen.tcp",
          new Flag(),
          "true",
          "Whether the service listens on `listen.address` and `listen.port`. With false it listens"
              + " on `listen.extra` alone, such as on a Unix socket, and no TCP port is opened for"
              + " it.");
  static final Setting<Integer> LISTEN_BACKLOG =
      setting(
          "listen.backlog",
          whole(1, 65535),
          "1024",
          "Connections that may wait to be accepted by one worker. The kernel cuts it to"
              + " `net.core.somaxconn`.");

  static final Setting<String> ADMIN_ADDRESS =
      DECLARED.add(
          new Setting<>(
              "admin.address",
              new IpAddress(),
              "127.0.0.1",
              "Address of the metrics and the list of workers. They ask for no password, so think"
                  + " before you leave the loopback address.",
              true));
  static final Setting<Integer> ADMIN_PORT =
      DECLARED.add(
          new Setting<>(
              "admin.port",
              whole(0, 65535),
              "9180",
              "Port of the same. With 0 the kernel chooses.",
              true));
  static final Setting<Boolean> ADMIN_TCP =
      DECLARED.add(
          new Setting<>(
              "admin.tcp",
              new Flag(),
              "true",
              "Whether the same is served on that address and port at all. With false it is to be"
                  + " had over `control.sock` in the run folder alone.",
              true));
  static final Setting<Duration> ADMIN_SCRAPE_TIMEOUT =
      DECLARED.add(
          new Setting<>(
              "admin.scrape_timeout",
              span(ofMillis(10), ofSeconds(10)),
              "500ms",
              "How long a scrape waits for a worker's fresh figures before it answers with the last"
                  + " ones known.",
              true));
  static final Setting<Duration> ADMIN_WARM_UP =
      DECLARED.add(
          new Setting<>(
              "admin.warm_up",
              span(ofSeconds(0), ofMinutes(5)),
              "10s",
              "How long the master may rehearse scrapes of the metrics, from 5 s after its start,"
                  + " so that those of Prometheus take half of the time; it stops earlier, after"
                  + " three hundred of them, which take one to three seconds. It does not with 0s,"
                  + " nor without `admin.tcp`.",
              true));

  static final Setting<Long> WORKER_HEAP =
      setting(
          "worker.heap", new SizeValue(32 * MIB, 256 * GIB), "128m", "Largest heap of one worker.");
  static final Setting<List<String>> WORKER_JVM_OPTIONS =
      setting(
          "worker.jvm_options",
          new TextList(64),
          "",
          "Further options for a worker's JVM. They come after Percore's own, so they win.");

  static final Setting<Integer> IO_THREADS =
      setting(
          "io.threads",
          whole(1, 1024),
          "16",
          "Threads of one worker for handlers that block, such as those that read files.");
  static final Setting<Integer> IO_QUEUE =
      setting(
          "io.queue",
          whole(0, 100_000),
          "256",
          "Requests that may wait for such a thread; further ones get a 503.");

  static final Setting<Integer> COMPUTE_QUEUE =
      setting(
          "compute.queue",
          whole(0, 100_000),
          "512",
          "Computations that may wait in one worker beside the one that runs; further ones get a"
              + " 503. Those that cannot be done in their time get one anyway, so this bounds"
              + " memory, and takes what comes at once after a pause.");
  static final Setting<Duration> COMPUTE_TIMEOUT =
      setting(
          "compute.timeout",
          span(ofMillis(10), ofHours(24)),
          "60s",
          "Longest time from the acceptance of a computation to its answer; then the client gets a"
              + " 504. Functions and requests may ask for less.");
  static final Setting<Integer> COMPUTE_NICE =
      setting(
          "compute.nice",
          whole(0, 19),
          "14",
          "Nice value of the thread that computes. Higher lets the event loop go first. For the"
              + " first 5 s of a worker it may be lower, to go before the first compiler.");
  static final Setting<Boolean> COMPUTE_PIN =
      setting(
          "compute.pin",
          new Flag(),
          "true",
          "Whether the thread that computes is bound to its worker's core. It is, where there is a"
              + " worker for each core that the server may use; with fewer workers, cores are"
              + " shared with somebody else, and the kernel places the threads better.");
  static final Setting<Duration> COMPUTE_SLOW_AFTER =
      setting(
          "compute.slow_after",
          span(ofMillis(0), ofHours(24)),
          "10s",
          "How long a computation runs until the log tells where it is: its function, its client"
              + " and the stack at that moment. 0s means never.");

  static final Setting<Long> LIMITS_REQUEST_LINE =
      setting(
          "limits.request_line",
          new SizeValue(256, 64 * KIB),
          "8k",
          "Longest request line; beyond it a 414.");
  static final Setting<Long> LIMITS_HEADERS =
      setting(
          "limits.headers",
          new SizeValue(KIB, MIB),
          "32k",
          "All header fields of a request together; beyond it a 431.");
  static final Setting<Integer> LIMITS_HEADER_COUNT =
      setting(
          "limits.header_count",
          whole(1, 10_000),
          "100",
          "Header fields in a request; beyond it a 431.");
  static final Setting<Long> LIMITS_BODY =
      setting(
          "limits.body",
          new SizeValue(0, GIB),
          "1m",
          "Largest body; beyond it a 413. Of a map's NDJSON, which is computed while it arrives,"
              + " the longest line, and the most that is held of it. A worker holds at most a"
              + " quarter of its heap for requests that arrive, and refuses more with a 503.");
  static final Setting<Integer> LIMITS_CONNECTIONS =
      setting(
          "limits.connections",
          whole(1, 1_000_000),
          "10000",
          "Open connections of one worker; further ones are closed at once.");
  static final Setting<Integer> LIMITS_REQUESTS_PER_CONNECTION =
      setting(
          "limits.requests_per_connection",
          whole(0, 1_000_000_000),
          "0",
          "Requests on one connection, after which it is closed. 0 means no limit.");

  static final Setting<Duration> TIMEOUTS_HEADER =
      setting(
          "timeouts.header",
          span(ofMillis(10), ofHours(1)),
          "10s",
          "From the first byte of a request, or from the accept, to the end of its header fields;"
              + " then a 408.");
  static final Setting<Duration> TIMEOUTS_BODY =
      setting(
          "timeouts.body",
          span(ofMillis(10), ofHours(1)),
          "30s",
          "From the end of the header fields to the end of the body; then a 408. Of a map's NDJSON,"
              + " to the end of the next line, while nothing else is to be done for the map.");
  static final Setting<Duration> TIMEOUTS_IDLE =
      setting(
          "timeouts.idle",
          span(ofMillis(10), ofHours(24)),
          "60s",
          "How long a connection may stay open without a request.");
  static final Setting<Duration> TIMEOUTS_WRITE =
      setting(
          "timeouts.write",
          span(ofMillis(10), ofHours(1)),
          "30s",
          "How long a response may make no progress because the client does not read.");

  static final Setting<Duration> SHUTDOWN_FAST =
      setting(
          "shutdown.fast",
          span(ofSeconds(0), ofHours(1)),
          "2s",
          "How long requests in flight may go on after TERM or INT.");
  static final Setting<Duration> SHUTDOWN_GRACEFUL =
      setting(
          "shutdown.graceful",
          span(ofSeconds(0), ofHours(24)),
          "30s",
          "How long requests in flight may go on after QUIT.");

  static final Setting<Duration> SUPERVISION_BOOT_TIMEOUT =
      setting(
          "supervision.boot_timeout",
          span(ofSeconds(1), ofHours(1)),
          "30s",
          "How long a worker may take to get ready before it is killed and tried again.");
  static final Setting<Duration> SUPERVISION_HEARTBEAT_INTERVAL =
      setting(
          "supervision.heartbeat_interval",
          span(ofMillis(10), ofMinutes(1)),
          "1s",
          "Time between two signs of life of a worker.");
  static final Setting<Duration> SUPERVISION_HEARTBEAT_TIMEOUT =
      setting(
          "supervision.heartbeat_timeout",
          span(ofMillis(100), ofHours(1)),
          "20s",
          "A worker that gives no sign of life for so long is killed and replaced.");
  static final Setting<Duration> SUPERVISION_BACKOFF_INITIAL =
      setting(
          "supervision.backoff_initial",
          span(ofMillis(1), ofMinutes(1)),
          "100ms",
          "Delay before a worker that died again is replaced; it doubles each time.");
  static final Setting<Duration> SUPERVISION_BACKOFF_MAX =
      setting(
          "supervision.backoff_max", span(ofMillis(1), ofHours(1)), "30s", "Longest such delay.");
  static final Setting<Duration> SUPERVISION_STABLE_AFTER =
      setting(
          "supervision.stable_after",
          span(ofMillis(10), ofHours(1)),
          "10s",
          "A worker that lived so long counts as sound: its next death is replaced without delay.");

  static final Setting<LogLevel> LOG_LEVEL =
      setting(
          "log.level",
          new Choice<>(List.of(LogLevel.values())),
          "info",
          "Least severe level that is logged.");
  static final Setting<LogFormat> LOG_FORMAT =
      setting(
          "log.format",
          new Choice<>(List.of(LogFormat.values())),
          "text",
          "Form of a log entry: a line to read, or a JSON object a line.");
  static final Setting<Optional<Path>> LOG_FILE =
      setting(
          "log.file",
          new OptionalPath(List.of("", "-"), "the standard output"),
          "",
          "File that the log is appended to.");

  static final Setting<AccessLogFormat> ACCESS_LOG_FORMAT =
      setting(
          "access_log.format",
          new Choice<>(List.of(AccessLogFormat.values())),
          "off",
          "Form of the log of requests: none, Apache's combined format, or a JSON object a line.");
  static final Setting<Optional<Path>> ACCESS_LOG_FILE =
      setting(
          "access_log.file",
          new OptionalPath(List.of("-"), "the standard output"),
          "logs/access.log",
          "File that the log of requests is appended to.");

  static final Setting<Optional<Path>> STATIC_ROOT =
      setting(
          "static.root",
          new OptionalPath(List.of(""), "none"),
          "",
          "Folder whose files are served.");
  static final Setting<String> STATIC_PATH =
      setting(
          "static.path",
          new Text(
              Pattern.compile(
                  "^/((?!calc/|[.]{1,2}/)[A-Za-z0-9._~-]+/)((?![.]{1,2}/)[A-Za-z0-9._~-]+/)*$"),
              "a path that begins and ends with a slash, such as /static/, and is not under"
                  + " /calc/"),
          "/static/",
          "Where these files appear in URLs.");
  static final Setting<String> STATIC_INDEX =
      setting(
          "static.index",
          new Text(
              Pattern.compile("^(?![.]{1,2}$)[^/\\\\\\u0000-\\u001f\\u007f]{1,255}$"),
              "a file name without a slash"),
          "index.html",
          "File that answers for a folder.");
  static final Setting<Long> STATIC_CACHE =
      setting(
          "static.cache",
          new SizeValue(0, GIB),
          "4m",
          "Memory of each worker for files of up to 16 KiB, which are then answered without a look"
              + " at the disk; 0 for none, and longer ones are not kept open either.");
  static final Setting<Duration> STATIC_CACHE_VALID =
      setting(
          "static.cache_valid",
          span(ofMillis(1), ofHours(1)),
          "1s",
          "How long a file is sent as it was: from memory, or, of more than 16 KiB, as it was"
              + " opened. A change of it, of its rights or of a link is seen after that time.");

  private static final List<Setting<?>> ALL =
      inOrderOfSections(
          Stream.of(
                  DECLARED,
                  PrivilegeSettings.DECLARED,
                  LifecycleSettings.DECLARED,
                  ListenSettings.DECLARED,
                  ClientLimitSettings.DECLARED,
                  BundleSettings.DECLARED,
                  JobSettings.DECLARED,
                  PoisonSettings.DECLARED,
                  WebhookSettings.DECLARED)
              .flatMap(declarations -> declarations.all().stream())
              .toList());

  private static final Map<String, Setting<?>> BY_KEY =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Setting::key, Function.identity()));

  private Settings() {}

  /// Every setting, in the order of the reference: those without a section first.
  public static List<Setting<?>> all() {
    return ALL;
  }

  /// The setting of a full key.
  public static Optional<Setting<?>> find(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }

  /// The settings of a section; the empty text names the top level.
  public static List<Setting<?>> ofSection(String section) {
    return ALL.stream().filter(s -> s.section().equals(section)).toList();
  }

  private static List<Setting<?>> inOrderOfSections(List<Setting<?>> declared) {
    Map<String, List<Setting<?>>> bySection = new LinkedHashMap<>();
    bySection.put("", new ArrayList<>());
    Section.all().forEach(section -> bySection.put(section.name(), new ArrayList<>()));
    for (Setting<?> setting : declared) {
      List<Setting<?>> section = bySection.get(setting.section());
      if (section == null) {
        throw new IllegalStateException("no such section: " + setting.key());
      }
      section.add(setting);
    }
    return bySection.values().stream().<Setting<?>>flatMap(List::stream).toList();
  }

  private static <T> Setting<T> setting(
      String key, ValueType<T> type, String defaultText, String text) {
    return DECLARED.add(new Setting<>(key, type, defaultText, text));
  }
}
