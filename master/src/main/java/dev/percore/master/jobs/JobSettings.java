package dev.percore.master.jobs;

import dev.percore.config.ServerConfig;

/// The settings that jobs go by.
public record JobSettings(ServerConfig.Jobs jobs, ServerConfig.Webhooks webhooks) {

  /// Those of a configuration.
  public static JobSettings of(ServerConfig config) {
    return new JobSettings(config.jobs(), config.webhooks());
  }
}
