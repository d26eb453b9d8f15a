package dev.percore.protocol.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a pool is to be. For one thread.
public final class PoolBuilder {
  private static final int CONNECTIONS_MAX = 10_000;

  private @Nullable Path home;
  private @Nullable Path plugins;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private int workers = Runtime.getRuntime().availableProcessors();
  private int connections = 64;
  private boolean retry = true;

  PoolBuilder() {}

  /// The folder of the distribution, for [#start].
  public PoolBuilder home(Path folder) {
    home = folder;
    return this;
  }

  /// The folder with jars of own functions, for [#start]. Without it there are none.
  public PoolBuilder plugins(Path folder) {
    plugins = folder;
    return this;
  }

  /// Another setting of the private server, such as `worker.heap` and `1g`; see
  /// docs/configuration.md.
  public PoolBuilder setting(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /// How many processes compute: those to start, or those that the server is known to have. As many
  /// as there are processors, unless it is set. Twice as many calls of a map are under way at a
  /// time.
  ///
  /// @param count 1 to 256
  public PoolBuilder workers(int count) {
    workers = inRange("workers", count, 256);
    return this;
  }

  /// How many calls are sent at a time, each on a connection of its own: 64 unless it is set.
  ///
  /// @param count 1 to 10,000
  public PoolBuilder connections(int count) {
    connections = inRange("connections", count, CONNECTIONS_MAX);
    return this;
  }

  /// Whether a call whose connection broke is tried once more: yes unless it is set.
  public PoolBuilder retry(boolean wanted) {
    retry = wanted;
    return this;
  }

  int connections() {
    return connections;
  }

  boolean retry() {
    return retry;
  }

  int window() {
    return 2 * workers;
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
    PrivateServer server = PrivateServer.start(distribution(), workers, plugins, settings);
    return new ProcessPool(server.endpoint(), server, this);
  }

  private Path distribution() throws IOException {
    String found =
        System.getProperty(
            "percore.home", Objects.requireNonNullElse(System.getenv("PERCORE_HOME"), ""));
    Path folder = home == null ? Path.of(found) : home;
    if (!Files.isExecutable(folder.resolve("bin/percore"))) {
      throw new IOException(
          "no distribution in '%s': set PoolBuilder.home, percore.home or PERCORE_HOME"
              .formatted(folder));
    }
    return folder.toAbsolutePath();
  }

  private static int inRange(String name, int count, int max) {
    if (count < 1 || count > max) {
      throw new IllegalArgumentException(
          "%s: found %d, allowed: 1 to %d".formatted(name, count, max));
    }
    return count;
  }
}
