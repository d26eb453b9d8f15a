package dev.percore.config;

import dev.percore.config.net.TrustedProxies;
import java.nio.file.Path;
import java.util.Map;

/// Puts the values of all settings into the records that the server works with.
///
/// @param canonical key and canonical value of every setting
record Assembly(Map<String, String> canonical) {

  private static final Path ROOT = Path.of("/");

  ServerConfig serverConfig() {
    return new ServerConfig(
        get(Settings.WORKERS),
        listen(),
        new ServerConfig.Admin(
            get(Settings.ADMIN_ADDRESS),
            get(Settings.ADMIN_PORT),
            get(Settings.ADMIN_TCP),
            get(Settings.ADMIN_SCRAPE_TIMEOUT),
            get(Settings.ADMIN_WARM_UP)),
        get(Settings.RUN_DIR),
        get(Settings.PLUGINS_DIR),
        worker(),
        new ServerConfig.Io(get(Settings.IO_THREADS), get(Settings.IO_QUEUE)),
        new ServerConfig.Compute(
            get(Settings.COMPUTE_QUEUE),
            get(Settings.COMPUTE_TIMEOUT),
            get(Settings.COMPUTE_NICE),
            get(Settings.COMPUTE_PIN),
            get(Settings.COMPUTE_SLOW_AFTER)),
        jobs(),
        new ServerConfig.Poison(
            get(PoisonSettings.DEATHS), get(PoisonSettings.WINDOW), get(PoisonSettings.REFUSE)),
        webhooks(),
        limits(),
        timeouts(),
        new ServerConfig.Shutdown(get(Settings.SHUTDOWN_FAST), get(Settings.SHUTDOWN_GRACEFUL)),
        reload(),
        supervision(),
        clientLimits(),
        proxies(),
        bundles(),
        privileges(),
        new ServerConfig.Log(
            get(Settings.LOG_LEVEL), get(Settings.LOG_FORMAT), get(Settings.LOG_FILE).orElse(null)),
        new ServerConfig.AccessLog(
            get(Settings.ACCESS_LOG_FORMAT), get(Settings.ACCESS_LOG_FILE).orElse(null)),
        new ServerConfig.StaticFiles(
            get(Settings.STATIC_ROOT).orElse(null),
            get(Settings.STATIC_PATH),
            get(Settings.STATIC_INDEX),
            get(Settings.STATIC_CACHE),
            get(Settings.STATIC_CACHE_VALID)));
  }

  private ServerConfig.Listen listen() {
    var keepAlive =
        new ServerConfig.KeepAlive(
            get(ListenSettings.KEEPALIVE_IDLE),
            get(ListenSettings.KEEPALIVE_INTERVAL),
            get(ListenSettings.KEEPALIVE_COUNT));
    return new ServerConfig.Listen(
        get(Settings.LISTEN_ADDRESS),
        get(Settings.LISTEN_PORT),
        get(Settings.LISTEN_TCP),
        get(Settings.LISTEN_BACKLOG),
        get(ListenSettings.PROXY_PROTOCOL),
        ListenSettings.addresses(get(ListenSettings.EXTRA)),
        get(ListenSettings.TCP_NODELAY),
        get(ListenSettings.FAST_OPEN),
        get(ListenSettings.INCOMING_CPU),
        get(ListenSettings.KEEPALIVE) ? keepAlive : null,
        ListenSettings.mode(get(ListenSettings.UNIX_MODE)));
  }

  private ServerConfig.Proxies proxies() {
    return new ServerConfig.Proxies(
        TrustedProxies.of(get(ListenSettings.TRUSTED_PROXIES)),
        get(ListenSettings.FORWARDED_FIELD));
  }

  private ServerConfig.WorkerProcess worker() {
    return new ServerConfig.WorkerProcess(
        get(Settings.WORKER_HEAP),
        get(Settings.WORKER_JVM_OPTIONS),
        get(LifecycleSettings.WORKER_WARM_UP),
        get(LifecycleSettings.WORKER_FIRST_WARM_UP),
        get(LifecycleSettings.WORKER_START_NICE),
        get(LifecycleSettings.WORKER_PIN),
        get(LifecycleSettings.WORKER_MAX_REQUESTS),
        get(LifecycleSettings.WORKER_MAX_REQUESTS_JITTER),
        get(LifecycleSettings.WORKER_MAX_AGE),
        get(LifecycleSettings.WORKER_MAX_RSS));
  }

  private ServerConfig.Reload reload() {
    return new ServerConfig.Reload(
        get(LifecycleSettings.RELOAD_STRATEGY),
        get(LifecycleSettings.RELOAD_DRAIN),
        get(LifecycleSettings.RELOAD_MAX_DRAINING),
        get(LifecycleSettings.RELOAD_GOLDEN),
        get(LifecycleSettings.RELOAD_OBSERVE),
        get(LifecycleSettings.RELOAD_ERROR_RISE),
        get(LifecycleSettings.RELOAD_LATENCY_RISE));
  }

  private ServerConfig.Limits limits() {
    return new ServerConfig.Limits(
        Math.toIntExact(get(Settings.LIMITS_REQUEST_LINE)),
        Math.toIntExact(get(Settings.LIMITS_HEADERS)),
        get(Settings.LIMITS_HEADER_COUNT),
        Math.toIntExact(get(Settings.LIMITS_BODY)),
        get(Settings.LIMITS_CONNECTIONS),
        get(Settings.LIMITS_REQUESTS_PER_CONNECTION));
  }

  private ServerConfig.Timeouts timeouts() {
    return new ServerConfig.Timeouts(
        get(Settings.TIMEOUTS_HEADER),
        get(Settings.TIMEOUTS_BODY),
        get(Settings.TIMEOUTS_IDLE),
        get(Settings.TIMEOUTS_WRITE));
  }

  private ServerConfig.ClientLimits clientLimits() {
    return new ServerConfig.ClientLimits(
        ClientLimitSettings.header(get(ClientLimitSettings.KEY)),
        get(ClientLimitSettings.CONNECTIONS),
        get(ClientLimitSettings.CONCURRENT),
        ClientLimitSettings.rate(get(ClientLimitSettings.RATE)),
        get(ClientLimitSettings.BURST),
        get(ClientLimitSettings.DRY_RUN),
        get(ClientLimitSettings.TABLE),
        ClientLimitSettings.ranges(get(ClientLimitSettings.EXEMPT)));
  }

  private ServerConfig.Supervision supervision() {
    return new ServerConfig.Supervision(
        get(Settings.SUPERVISION_BOOT_TIMEOUT),
        get(Settings.SUPERVISION_HEARTBEAT_INTERVAL),
        get(Settings.SUPERVISION_HEARTBEAT_TIMEOUT),
        get(Settings.SUPERVISION_BACKOFF_INITIAL),
        get(Settings.SUPERVISION_BACKOFF_MAX),
        get(Settings.SUPERVISION_STABLE_AFTER),
        get(LifecycleSettings.SUPERVISION_ADOPT_AFTER),
        get(LifecycleSettings.SUPERVISION_LANE_GRACE),
        get(LifecycleSettings.SUPERVISION_NICE));
  }

  private ServerConfig.Bundles bundles() {
    return new ServerConfig.Bundles(
        get(BundleSettings.DIR).orElseGet(() -> get(Settings.RUN_DIR).resolve("bundles")),
        get(BundleSettings.COUNT),
        get(BundleSettings.SIZE),
        get(BundleSettings.HEAP_DUMP),
        get(BundleSettings.FLIGHT_RECORDER));
  }

  private ServerConfig.Jobs jobs() {
    return new ServerConfig.Jobs(
        get(JobSettings.DIR).orElseGet(() -> get(Settings.RUN_DIR).resolve("jobs")),
        get(JobSettings.QUEUE),
        get(JobSettings.ATTEMPTS),
        get(JobSettings.KEEP),
        get(JobSettings.SIZE),
        Math.toIntExact(get(JobSettings.RESULT_SIZE)));
  }

  private ServerConfig.Webhooks webhooks() {
    return new ServerConfig.Webhooks(
        get(WebhookSettings.HOSTS),
        get(WebhookSettings.SECRET_FILE).orElse(null),
        get(WebhookSettings.PRIVATE_ADDRESSES),
        get(WebhookSettings.TIMEOUT),
        get(WebhookSettings.ATTEMPTS),
        get(WebhookSettings.BACKOFF_INITIAL),
        get(WebhookSettings.BACKOFF_MAX),
        get(WebhookSettings.IN_FLIGHT),
        get(WebhookSettings.PENDING_PER_HOST));
  }

  private ServerConfig.Privileges privileges() {
    String[] names = get(PrivilegeSettings.USER).split(":", 2);
    return new ServerConfig.Privileges(
        names[0].isEmpty() ? null : names[0],
        names.length > 1 ? names[1] : null,
        Integer.parseInt(get(PrivilegeSettings.UMASK), 8));
  }

  private <T> T get(Setting<T> setting) {
    String text = canonical.get(setting.key());
    T value = text == null ? null : setting.type().parse(text, ROOT);
    if (value == null) {
      throw new IllegalArgumentException(
          setting.key() + " is " + text + ", allowed: " + setting.type().allowed());
    }
    return value;
  }
}
