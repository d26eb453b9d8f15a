package dev.percore.master.jobs;

import dev.percore.config.ServerConfig;
import dev.percore.master.webhook.CallbackRules;
import dev.percore.master.webhook.CallbackUrl;
import dev.percore.master.webhook.Outcome;
import dev.percore.master.webhook.RetryPolicy;
import dev.percore.master.webhook.Webhook;
import dev.percore.master.webhook.WebhookTransport;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers the ends of jobs: which one when, and what comes of it. The state of each is a part of
/// its job, so that the next master goes on with it. Confined to the master's event loop.
final class Deliveries {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private final WebhookTransport transport;
  private final Function<Entry, CompletionStage<byte[]>> content;
  private final BiConsumer<Entry, Delivery> changed;
  private final Executor loop;
  private final InstantSource clock;
  private final JobFigures figures;
  private final NavigableSet<Due> waiting = new TreeSet<>();
  private final Map<String, Integer> underWayByHost = new HashMap<>();
  private ServerConfig.Webhooks settings;
  private int underWay;
  private boolean closed;

  /// @param millis when it may be tried
  private record Due(long millis, String host, Entry entry) implements Comparable<Due> {
    // Not by a Comparator made of two, for each of which the JVM makes classes in each start.
    @Override
    public int compareTo(Due other) {
      int order = Long.compare(millis, other.millis);
      return order != 0
          ? order
          : Long.compare(entry.job().sequence(), other.entry.job().sequence());
    }
  }

  /// @param content what is sent, as a JSON document
  /// @param changed told of each step, to store it
  Deliveries(
      WebhookTransport transport,
      Function<Entry, CompletionStage<byte[]>> content,
      BiConsumer<Entry, Delivery> changed,
      Executor loop,
      InstantSource clock,
      JobFigures figures,
      ServerConfig.Webhooks settings) {
    this.transport = transport;
    this.content = content;
    this.changed = changed;
    this.loop = loop;
    this.clock = clock;
    this.figures = figures;
    this.settings = settings;
  }

  /// Uses other settings from now on.
  void use(ServerConfig.Webhooks next) {
    settings = next;
  }

  /// Takes a job whose delivery is pending.
  void add(Entry entry) {
    waiting.add(due(entry));
  }

  private static Due due(Entry entry) {
    Job job = entry.job();
    return new Due(job.delivery().nextMillis(), Callbacks.host(job.receiver()).orElse(""), entry);
  }

  /// A job is forgotten; what was not delivered by now never is.
  void forget(Entry entry) {
    if (entry.job().delivery().isPending()) {
      waiting.remove(due(entry));
      gaveUp(entry, "the job is not kept any longer");
    }
  }

  /// Cuts what is under way, and begins no more. The next master does.
  void close() {
    closed = true;
    transport.close();
  }

  /// Begins what is due, as far as may be under way. A host that does not answer leaves room for
  /// others.
  void proceed() {
    if (closed || waiting.isEmpty()) {
      return;
    }
    long now = clock.millis();
    int room = settings.inFlight() - underWay;
    int perHost = Math.max(1, settings.inFlight() / 2);
    Map<String, Integer> byHost = new HashMap<>(underWayByHost);
    List<Due> chosen = new ArrayList<>();
    for (Due due : waiting) {
      if (due.millis() > now || chosen.size() >= room) {
        break;
      }
      if (byHost.merge(due.host(), 1, Integer::sum) <= perHost) {
        chosen.add(due);
      }
    }
    chosen.forEach(this::begin);
  }

  private void begin(Due due) {
    waiting.remove(due);
    Entry entry = due.entry();
    underWay++;
    underWayByHost.merge(due.host(), 1, Integer::sum);
    CallbackUrl url;
    try {
      url = CallbackUrl.parse(entry.job().receiver());
    } catch (CallbackUrl.MalformedException e) {
      refuse(due, "the URL " + e.getMessage());
      return;
    }
    var refusal = new CallbackRules(settings).refusal(url);
    if (refusal.isPresent()) {
      refuse(due, refusal.get()); // by a reload
      return;
    }
    var _ =
        content
            .apply(entry)
            .thenCompose(body -> transport.send(new Webhook(entry.job().id(), url, body), settings))
            .exceptionally(
                unread -> {
                  log.error("the answer of job {} cannot be read", entry.job().id(), unread);
                  return new Outcome.Failed("the job's answer cannot be read", 0);
                })
            .thenAcceptAsync(outcome -> attempted(due, outcome), loop);
  }

  // Later, since there may be as many as there are jobs, each of which begins the next.
  private void refuse(Due due, String why) {
    loop.execute(() -> attempted(due, new Outcome.Refused(why)));
  }

  private void attempted(Due due, Outcome outcome) {
    Entry entry = due.entry();
    underWay--;
    if (underWayByHost.merge(due.host(), -1, Integer::sum) == 0) {
      underWayByHost.remove(due.host());
    }
    if (closed || entry.isForgotten()) {
      return; // the next master tries again; or it is given up already
    }
    figures.attempted(outcome);
    Delivery next = next(entry.job().delivery(), outcome);
    changed.accept(entry, next);
    switch (next.state()) {
      case PENDING -> waiting.add(due(entry));
      case GIVEN_UP -> gaveUp(entry, next.detail());
      case DELIVERED, NONE -> log.debug("the end of job {} is delivered", entry.job().id());
    }
    proceed();
  }

  private Delivery next(Delivery present, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Delivered(String detail) -> present.over(Delivery.State.DELIVERED, detail);
      case Outcome.Refused(String detail) -> present.over(Delivery.State.GIVEN_UP, detail);
      case Outcome.Failed(String detail, long retryAfterMillis) -> {
        int failed = present.attempts() + 1;
        double random = ThreadLocalRandom.current().nextDouble();
        long wait = RetryPolicy.waitMillis(settings, failed, retryAfterMillis, random);
        yield failed < settings.attempts()
            ? present.again(clock.millis() + wait, detail)
            : present.over(Delivery.State.GIVEN_UP, detail);
      }
    };
  }

  // The path and the query of a URL may be secret.
  private void gaveUp(Entry entry, String why) {
    figures.gaveUp();
    Job job = entry.job();
    log.warn(
        "the end of job {} is not delivered to {}, after {} attempts: {}",
        job.id(),
        Callbacks.host(job.receiver()).orElse("?"),
        job.delivery().attempts(),
        why);
  }
}
