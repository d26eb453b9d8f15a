package dev.percore.master.webhook;

import dev.percore.config.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings for tests.
public final class TestWebhooks {
  private TestWebhooks() {}

  static ServerConfig.Webhooks of(List<String> hosts, boolean privateAddresses) {
    return of(hosts, privateAddresses, null, Duration.ofSeconds(15));
  }

  static ServerConfig.Webhooks of(
      List<String> hosts, boolean privateAddresses, @Nullable Path secretFile, Duration timeout) {
    return new ServerConfig.Webhooks(
        hosts,
        secretFile,
        privateAddresses,
        timeout,
        4,
        Duration.ofSeconds(4),
        Duration.ofSeconds(20),
        4,
        3);
  }

  /// One host is allowed, four attempts are made, four at a time, and three jobs may be owed.
  public static ServerConfig.Webhooks ofHosts(String... hosts) {
    return of(List.of(hosts), false);
  }
}
