package dev.percore.master.webhook;

import dev.percore.config.ServerConfig;
import java.util.concurrent.CompletionStage;

/// Makes attempts to tell receivers.
public interface WebhookTransport extends AutoCloseable {

  /// Makes one attempt, and does not block.
  ///
  /// @return completes on any thread; never exceptionally
  CompletionStage<Outcome> send(Webhook webhook, ServerConfig.Webhooks settings);

  /// Cuts what is under way.
  @Override
  void close();
}
