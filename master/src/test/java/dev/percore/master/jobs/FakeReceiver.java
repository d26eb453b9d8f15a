package dev.percore.master.jobs;

import dev.percore.config.ServerConfig;
import dev.percore.master.webhook.Outcome;
import dev.percore.master.webhook.Webhook;
import dev.percore.master.webhook.WebhookTransport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Answers what is sent when the test wants it to.
final class FakeReceiver implements WebhookTransport {
  private final List<Webhook> received = new ArrayList<>();
  private final List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();

  @Override
  public CompletionStage<Outcome> send(Webhook webhook, ServerConfig.Webhooks settings) {
    received.add(webhook);
    outcomes.add(new CompletableFuture<>());
    return outcomes.getLast();
  }

  void answer(int index, Outcome outcome) {
    outcomes.get(index).complete(outcome);
  }

  List<String> ids() {
    return received.stream().map(Webhook::id).toList();
  }

  List<String> urls() {
    return received.stream().map(each -> each.url().host() + each.url().target()).toList();
  }

  List<String> bodies() {
    return received.stream().map(each -> new String(each.body(), StandardCharsets.UTF_8)).toList();
  }

  @Override
  public void close() {}
}
