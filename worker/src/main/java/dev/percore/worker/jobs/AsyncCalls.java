package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.Request;
import dev.percore.worker.calc.AnsweringTask;
import dev.percore.worker.calc.CallProblems;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.Deferral;
import dev.percore.worker.calc.FunctionCalls;
import dev.percore.worker.calc.ProblemException;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.compute.TaskMeter;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.Preferences;
import dev.percore.worker.http.Reply;
import dev.percore.worker.poison.PoisonException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Makes jobs of calls with `Prefer: respond-async` (RFC 7240), and of those with an
/// `Idempotency-Key`, whose clients wait for the end of the job.
final class AsyncCalls implements Deferral {
  private static final int KEY_LENGTH_MAXIMUM = 255;

  /// Clients of one worker that wait for the end of jobs at a time. Each keeps its request.
  private static final int WAITING_MAXIMUM = 1000;

  private final JobClient client;
  private final ComputeLane lane;
  private final FunctionCalls calls;
  private final Duration timeout;
  private final AtomicInteger waiting = new AtomicInteger();

  /// @param timeout how long a client may wait for the end of a job
  AsyncCalls(JobClient client, ComputeLane lane, FunctionCalls calls, Duration timeout) {
    this.client = client;
    this.lane = lane;
    this.calls = calls;
    this.timeout = timeout;
  }

  /// What the client wants beside the result.
  ///
  /// @param key Idempotency-Key, or empty
  /// @param async whether it would be answered at once
  /// @param waits whether it waits for the end of the job all the same
  private record Wish(String key, boolean async, boolean waits) {
    // With respond-async a client may say how long it would wait for the result all the same (RFC
    // 7240, section 4.3); without, its patience is that of any call.
    static Wish of(String key, Preferences preferences) {
      boolean async = preferences.has("respond-async");
      return new Wish(key, async, !async || preferences.has("wait"));
    }
  }

  @Override
  public boolean takes(Catalogue.Entry entry, Exchange exchange) {
    Request request = exchange.request();
    Preferences preferences = Preferences.of(request);
    List<String> keys =
        request.method().equals("POST") ? request.headers("Idempotency-Key") : List.of();
    if (!preferences.has("respond-async") && keys.isEmpty()) {
      return false;
    }
    Optional<String> key = keys.isEmpty() ? Optional.of("") : key(keys);
    if (key.isEmpty()) {
      exchange.respond(JobProblems.badKey());
      return true;
    }
    Wish wish = Wish.of(key.get(), preferences);
    if (FunctionCalls.isLong(request)) {
      inLane(entry, exchange, wish);
    } else {
      checkAndSubmit(entry, exchange, wish);
    }
    return true;
  }

  // The draft has it as a quoted text; many clients send it bare.
  private static Optional<String> key(List<String> fields) {
    if (fields.size() != 1) {
      return Optional.empty();
    }
    String key = fields.getFirst().strip();
    if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
      key = key.substring(1, key.length() - 1);
    }
    boolean good =
        !key.isEmpty()
            && key.length() <= KEY_LENGTH_MAXIMUM
            && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return good ? Optional.of(key) : Optional.empty();
  }

  private void checkAndSubmit(Catalogue.Entry entry, Exchange exchange, Wish wish) {
    Map<String, String> parameters;
    Duration patience;
    try {
      var callbacks = CallbackArguments.of(entry, exchange.request());
      parameters = parameters(entry, callbacks, wish.key());
      patience = calls.check(entry, callbacks.call(), timeout);
    } catch (ProblemException e) {
      exchange.respond(e.problem());
      return;
    } catch (PoisonException refused) {
      exchange.respond(refused.response());
      return;
    }
    if (wish.waits() && waiting.get() >= WAITING_MAXIMUM) {
      exchange.respond(JobProblems.tooManyWait(WAITING_MAXIMUM));
      return;
    }
    client.ask(
        JobAction.SUBMIT,
        parameters,
        exchange.request().body(),
        JobClient.PATIENCE,
        answer -> {
          if (!wish.waits() || answer.isEmpty() || answer.get().status() != 202) {
            JobRoutes.respond(exchange, answer);
          } else {
            Runnable otherwise =
                wish.async()
                    ? () -> JobRoutes.respond(exchange, answer)
                    : () -> exchange.respond(CallProblems.expired(entry.spec().name()));
            awaitEnd(exchange, id(answer.get()), patience, otherwise);
          }
        });
  }

  private static Map<String, String> parameters(
      Catalogue.Entry entry, CallbackArguments callbacks, String key) throws ProblemException {
    Request request = callbacks.call();
    String query = QueryText.encode(request.query());
    long length = (long) request.body().length + query.length();
    if (length > JobClient.CONTENT_LENGTH_MAXIMUM) {
      throw new ProblemException(JobProblems.tooLarge(length, JobClient.CONTENT_LENGTH_MAXIMUM));
    }
    Map<String, String> parameters = new HashMap<>(callbacks.urls());
    parameters.put("function", entry.spec().name());
    parameters.put("method", request.method());
    parameters.put("query", query);
    parameters.put("idempotent", Boolean.toString(entry.idempotent()));
    parameters.put("content_type", mediaType(request));
    if (!key.isEmpty()) {
      parameters.put("key", key);
      parameters.put("fingerprint", fingerprint(query, callbacks.urls(), request.body()));
    }
    return parameters;
  }

  // Nothing else of the field matters to the reader of JSON, and it would be kept with the job.
  private static String mediaType(Request request) {
    String field = request.header("Content-Type");
    return field != null && request.method().equals("POST") ? field.split(";", 2)[0].strip() : "";
  }

  private static String id(JobAnswer accepted) {
    return accepted.headers().getOrDefault("Location", "").substring("/jobs/".length());
  }

  /// @param otherwise done when the job has not ended by then
  private void awaitEnd(Exchange exchange, String id, Duration patience, Runnable otherwise) {
    Map<String, String> parameters =
        Map.of("id", id, "end", "true", "millis", Long.toString(patience.toMillis()));
    waiting.incrementAndGet();
    JobClient.Question question =
        client.ask(
            JobAction.AWAIT,
            parameters,
            patience.plus(JobClient.PATIENCE),
            answer -> {
              waiting.decrementAndGet();
              if (answer.isEmpty() || answer.get().status() != 200) {
                JobRoutes.respond(exchange, answer);
              } else if (!isEnded(answer.get())) {
                otherwise.run();
              } else {
                client.ask(
                    JobAction.RESULT,
                    Map.of("id", id),
                    JobClient.PATIENCE,
                    result -> JobRoutes.respond(exchange, result));
              }
            });
    exchange.onClientGone(
        () -> {
          if (question.forget()) {
            waiting.decrementAndGet();
          }
        });
  }

  private static boolean isEnded(JobAnswer answer) {
    return Boolean.parseBoolean(answer.headers().get("ended"));
  }

  private static String fingerprint(String query, Map<String, String> callbacks, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(query.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      if (!callbacks.isEmpty()) {
        digest.update(new TreeMap<>(callbacks).toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      digest.update(body);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  // A long body would keep the event loop from everybody else.
  private void inLane(Catalogue.Entry entry, Exchange exchange, Wish wish) {
    var client = ClientName.ofAddress(exchange.request().remoteAddress());
    Runnable reading = () -> checkAndSubmit(entry, exchange, wish);
    switch (lane.submit(new Reading(entry.spec().name(), client, exchange, reading))) {
      case Submission.Accepted(Submission.Ticket ticket) -> exchange.onClientGone(ticket::cancel);
      case Submission.Refused refused -> exchange.respond(CallProblems.refused(refused));
    }
  }

  /// The reading of long arguments.
  private record Reading(String function, ClientName client, Reply reply, Runnable work)
      implements AnsweringTask {
    @Override
    public double cost() {
      return Double.NaN;
    }

    @Override
    public void run(ComputeContext context, Duration queued, TaskMeter meter) {
      work.run();
    }

    // What reading takes is not the function's.
    @Override
    public TaskMeter.Spent spent() {
      return TaskMeter.Spent.NOTHING;
    }
  }
}
