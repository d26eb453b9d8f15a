package dev.percore.protocol.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a pool is to be. For one thread; may be used for several pools.
public final class PoolBuilder {
  private static final int WORKERS_MAX = 256;
  private static final int CALLS_MAX = 10_000;

  private @Nullable Path home;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private int workers = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, WORKERS_MAX);
  private int calls = 64;
  private boolean retry = true;

  PoolBuilder() {}

  /// The folder of the distribution, for [#start].
  public PoolBuilder home(Path folder) {
    home = folder;
    return this;
  }

  /// The folder with the jars of your functions, for [#start]. By default it is `plugins` in the
  /// distribution.
  public PoolBuilder plugins(Path folder) {
    return setting("plugins_dir", folder.toAbsolutePath().toString());
  }

  /// A setting of the private server, such as `worker.heap` and `1g`, for [#start]; see
  /// docs/configuration.md. Those that make it private cannot be set: `workers`, `run_dir`,
  /// `listen.tcp`, `listen.extra` and `admin.tcp`.
  public PoolBuilder setting(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /// How many processes compute: those to start, or, for [#connect], those that the server is known
  /// to have, by which a map decides how much to send at a time. As many as there are processors,
  /// unless it is set.
  ///
  /// @param count 1 to 256
  /// @throws IllegalArgumentException if it is not
  public PoolBuilder workers(int count) {
    workers = inRange("workers", count, WORKERS_MAX);
    return this;
  }

  /// How many requests are sent at a time, each on a connection of its own, while others wait here:
  /// 64 unless it is set.
  ///
  /// @param count 1 to 10,000
  /// @throws IllegalArgumentException if it is not
  public PoolBuilder calls(int count) {
    calls = inRange("calls", count, CALLS_MAX);
    return this;
  }

  /// Whether a call whose connection broke is sent once more: yes unless it is set. A function with
  /// side effects may then have them twice.
  public PoolBuilder retry(boolean wanted) {
    retry = wanted;
    return this;
  }

  int workers() {
    return workers;
  }

  int calls() {
    return calls;
  }

  boolean retry() {
    return retry;
  }

  /// As [ProcessPool#connect(String)].
  public ProcessPool connect(String address) {
    Endpoint endpoint = Endpoint.parse(address);
    try (HttpConnection _ = HttpConnection.open(endpoint)) {
      return new ProcessPool(endpoint, null, this);
    } catch (IOException failure) {
      throw new ConnectionLostException(failure);
    }
  }

  /// As [ProcessPool#start(int)].
  public ProcessPool start() throws IOException, InterruptedException {
    PrivateServer server = PrivateServer.start(Installation.find(home), workers, settings);
    return new ProcessPool(server.endpoint(), server, this);
  }

  private static int inRange(String name, int count, int max) {
    if (count < 1 || count > max) {
      throw new IllegalArgumentException(
          "%s: found %d, allowed: 1 to %d".formatted(name, count, max));
    }
    return count;
  }
}
