package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.Request;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.Deferral;
import dev.percore.worker.calc.FunctionCalls;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Makes jobs of calls with `Prefer: respond-async` (RFC 7240), and of those with an
/// `Idempotency-Key`, whose clients wait for the end of the job.
final class AsyncCalls implements Deferral {
  private static final int KEY_LENGTH_MAXIMUM = 255;
  private static final byte[] NOTHING = new byte[0];

  private final JobClient client;
  private final ComputeLane lane;
  private final Duration timeout;

  /// @param timeout how long a client may wait for the end of a job
  AsyncCalls(JobClient client, ComputeLane lane, Duration timeout) {
    this.client = client;
    this.lane = lane;
    this.timeout = timeout;
  }

  @Override
  public boolean takes(Catalogue.Entry entry, Exchange exchange) {
    Request request = exchange.request();
    boolean async = prefersAsync(request);
    List<String> keys =
        request.method().equals("POST") ? request.headers("Idempotency-Key") : List.of();
    if (!async && keys.isEmpty()) {
      return false;
    }
    Optional<String> key = keys.isEmpty() ? Optional.of("") : key(keys);
    if (key.isEmpty()) {
      exchange.respond(JobProblems.badKey());
    } else if (!FunctionCalls.isLong(request)) {
      checkAndSubmit(entry, exchange, key.get(), async);
    } else {
      inLane(entry, exchange, () -> checkAndSubmit(entry, exchange, key.get(), async));
    }
    return true;
  }

  private static boolean prefersAsync(Request request) {
    for (String field : request.headers("Prefer")) {
      for (String preference : field.split(",", -1)) {
        String name = preference.split(";", 2)[0].strip();
        if (name.toLowerCase(Locale.ROOT).equals("respond-async")) {
          return true;
        }
      }
    }
    return false;
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

  private void checkAndSubmit(Catalogue.Entry entry, Exchange exchange, String key, boolean async) {
    Request request = exchange.request();
    var flaw = FunctionCalls.flaw(entry, request);
    if (flaw.isPresent()) {
      exchange.respond(flaw.get());
      return;
    }
    String contentType = request.header("Content-Type");
    Map<String, String> parameters = new HashMap<>();
    parameters.put("function", entry.spec().name());
    parameters.put("method", request.method());
    parameters.put("query", JobRequest.encode(request.query()));
    parameters.put("content_type", contentType == null ? "" : contentType);
    if (!key.isEmpty()) {
      parameters.put("key", key);
      parameters.put("fingerprint", fingerprint(parameters.get("query"), request.body()));
    }
    client.ask(
        JobAction.SUBMIT,
        parameters,
        request.body(),
        JobClient.PATIENCE,
        answer -> {
          if (async || answer.isEmpty() || answer.get().status() != 202) {
            JobRoutes.respond(exchange, answer);
          } else {
            String id =
                answer.get().headers().getOrDefault("Location", "").substring("/jobs/".length());
            awaitEnd(entry, exchange, id);
          }
        });
  }

  private void awaitEnd(Catalogue.Entry entry, Exchange exchange, String id) {
    Map<String, String> parameters =
        Map.of("id", id, "end", "true", "millis", Long.toString(timeout.toMillis()));
    client.ask(
        JobAction.AWAIT,
        parameters,
        NOTHING,
        timeout.plus(JobClient.PATIENCE),
        answer -> {
          if (answer.isEmpty() || answer.get().status() != 200) {
            JobRoutes.respond(exchange, answer);
          } else if (!isEnded(answer.get())) {
            exchange.respond(FunctionCalls.expired(entry.spec().name()));
          } else {
            client.ask(
                JobAction.RESULT,
                Map.of("id", id),
                NOTHING,
                JobClient.PATIENCE,
                result -> JobRoutes.respond(exchange, result));
          }
        });
  }

  private static boolean isEnded(JobAnswer answer) {
    return Boolean.parseBoolean(answer.headers().get("ended"));
  }

  private static String fingerprint(String query, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(query.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(body);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  // A long body would keep the event loop from everybody else.
  private void inLane(Catalogue.Entry entry, Exchange exchange, Runnable work) {
    switch (lane.submit(new Reading(entry.spec().name(), exchange, work))) {
      case Submission.Accepted(Submission.Ticket ticket) -> exchange.onClientGone(ticket::cancel);
      case Submission.Refused refused -> exchange.respond(FunctionCalls.refused(refused));
    }
  }

  /// The reading of long arguments.
  private record Reading(String function, Exchange exchange, Runnable work) implements ComputeTask {
    @Override
    public double cost() {
      return Double.NaN;
    }

    @Override
    public void run(ComputeContext context, Duration queued) {
      work.run();
    }

    @Override
    public void failed(Throwable cause) {
      exchange.respond(JobProblems.masterSilent());
    }

    @Override
    public void abandoned(Abandonment why) {
      switch (why) {
        case EXPIRED -> exchange.respond(FunctionCalls.expired(function));
        case STOPPING -> exchange.respond(FunctionCalls.stopping());
        case CLIENT_GONE -> {
          // Nobody is left to be answered.
        }
      }
    }
  }
}
