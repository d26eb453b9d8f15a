package dev.percore.master.webhook;

import dev.percore.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes each attempt on a connection and a thread of its own: the look-up of a name blocks, and
/// attempts are few. A host is looked up once for an attempt; all its addresses are checked, and
/// only these are connected to. A redirect is never followed. Thread-safe.
///
/// There are as many threads as there are attempts that the caller has under way, and they end when
/// they have had nothing to do for a while.
public final class SocketTransport implements WebhookTransport {
  private static final Logger log = LoggerFactory.getLogger(SocketTransport.class);

  private final Resolver resolver;
  private final Supplier<SSLSocketFactory> tls;
  private final InstantSource clock;
  private final ExecutorService threads;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();

  /// Looks hosts up.
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  SocketTransport(Resolver resolver, Supplier<SSLSocketFactory> tls, InstantSource clock) {
    this.resolver = resolver;
    this.tls = tls;
    this.clock = clock;
    this.threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("webhook-", 0).factory());
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("webhook-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /// One that asks the resolver of the system and trusts whom Java trusts.
  public static SocketTransport ofSystem() {
    return new SocketTransport(
        InetAddress::getAllByName,
        () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
        InstantSource.system());
  }

  @Override
  public CompletionStage<Outcome> send(Webhook webhook, ServerConfig.Webhooks settings) {
    try {
      return CompletableFuture.supplyAsync(() -> attempt(webhook, settings), threads)
          .exceptionally(
              defect -> {
                log.error("a webhook could not be sent", defect);
                return new Outcome.Failed("the server failed", 0);
              });
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(new Outcome.Failed("the server stops", 0));
    }
  }

  private Outcome attempt(Webhook webhook, ServerConfig.Webhooks settings) {
    Attempt attempt = new Attempt(webhook.url(), tls, settings.timeout());
    attempts.add(attempt);
    try {
      long millis = settings.timeout().toMillis();
      var deadline = timer.schedule(attempt::cut, millis, TimeUnit.MILLISECONDS);
      try {
        return outcome(webhook, settings, attempt);
      } finally {
        deadline.cancel(false);
      }
    } catch (RejectedExecutionException _) {
      return new Outcome.Failed("the server stops", 0);
    } finally {
      attempts.remove(attempt);
      attempt.close();
    }
  }

  private Outcome outcome(Webhook webhook, ServerConfig.Webhooks settings, Attempt attempt) {
    var rules = new CallbackRules(settings);
    try {
      Optional<String> refusal = rules.refusal(webhook.url());
      if (refusal.isPresent()) {
        return new Outcome.Refused(refusal.get());
      }
      InetAddress[] addresses = resolver.resolve(webhook.url().host());
      for (InetAddress address : addresses) {
        refusal = rules.refusal(address);
        if (refusal.isPresent()) {
          // Clients are not to learn what the names of a network lead to.
          log.warn("{} is not called: {}", webhook.url().host(), refusal.get());
          return new Outcome.Refused("the host has an address that may not be called");
        }
      }
      return outcome(attempt.send(addresses, head(webhook, settings), webhook.body()));
    } catch (UnknownHostException _) {
      return new Outcome.Failed("the host is not known", 0);
    } catch (IOException failure) {
      String detail = attempt.isCut() ? "no answer in time" : String.valueOf(failure.getMessage());
      return new Outcome.Failed(detail, 0);
    }
  }

  private byte[] head(Webhook webhook, ServerConfig.Webhooks settings) throws IOException {
    Path file = settings.secretFile();
    if (file == null) {
      throw new IOException("there is no webhooks.secret_file");
    }
    Secrets secrets;
    try {
      secrets = Secrets.read(file);
    } catch (IOException unreadable) {
      log.error("webhooks cannot be signed: {}", unreadable.toString());
      throw new IOException("the server cannot sign; its log says why", unreadable);
    }
    long timestamp = clock.instant().getEpochSecond();
    return RequestHead.of(
        webhook, timestamp, secrets.sign(webhook.id(), timestamp, webhook.body()));
  }

  private Outcome outcome(ResponseHead answer) {
    int status = answer.status();
    String detail = "status " + status;
    if (status < 300) {
      return new Outcome.Delivered(detail);
    }
    if (status < 400 || status == 410) {
      return new Outcome.Refused(detail);
    }
    return new Outcome.Failed(detail, answer.retryAfterMillis(clock.instant()));
  }

  @Override
  public void close() {
    threads.shutdown();
    timer.shutdownNow();
    attempts.forEach(Attempt::cut);
  }
}
