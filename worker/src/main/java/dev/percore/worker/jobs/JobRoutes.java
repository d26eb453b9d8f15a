package dev.percore.worker.jobs;

import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.api.Response.Header;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `/jobs`: the jobs there are, how one stands, its news and its result, and its end at the wish of
/// a client.
final class JobRoutes {
  private static final String PREFIX = "/jobs/";
  private static final int LIST_MAXIMUM = 1000;
  private static final Set<String> STATES =
      Set.of("queued", "running", "succeeded", "failed", "cancelled");

  /// What only a worker wants to know of an answer.
  private static final Set<String> INTERNAL = Set.of("version", "state", "ended");

  private final JobClient client;
  private final JobEvents events;

  JobRoutes(JobClient client, JobEvents events) {
    this.client = client;
    this.events = events;
  }

  List<Route> routes() {
    return List.of(
        new Route("/jobs", "/jobs", Set.of("GET"), this::list),
        new Route("/jobs/{id}", PREFIX, Set.of("GET", "DELETE"), this::job));
  }

  private void list(Exchange exchange) {
    Map<String, String> parameters = new HashMap<>();
    for (Map.Entry<String, List<String>> given : exchange.request().query().entrySet()) {
      String value = given.getValue().getLast();
      Optional<Problem> flaw = flaw(given.getKey(), value);
      if (flaw.isPresent()) {
        exchange.respond(flaw.get());
        return;
      }
      parameters.put(given.getKey(), value);
    }
    ask(JobAction.LIST, parameters, exchange);
  }

  private static Optional<Problem> flaw(String name, String value) {
    return switch (name) {
      case "state" ->
          STATES.contains(value)
              ? Optional.empty()
              : Optional.of(
                  JobProblems.badParameter(
                      name, value, "queued, running, succeeded, failed or cancelled"));
      case "limit" ->
          value.matches("[0-9]{1,4}")
                  && Integer.parseInt(value) >= 1
                  && Integer.parseInt(value) <= LIST_MAXIMUM
              ? Optional.empty()
              : Optional.of(
                  JobProblems.badParameter(
                      name, value, "a whole number from 1 to " + LIST_MAXIMUM));
      case "after" ->
          value.matches("[0-9]{1,18}")
              ? Optional.empty()
              : Optional.of(
                  JobProblems.badParameter(name, value, "as in the 'next' of another list"));
      case "function" -> Optional.empty();
      default -> Optional.of(JobProblems.unknownParameter(name));
    };
  }

  private void job(Exchange exchange) {
    Request request = exchange.request();
    String[] parts = request.path().substring(PREFIX.length()).split("/", -1);
    Map<String, String> parameters = Map.of("id", parts[0]);
    boolean delete = request.method().equals("DELETE");
    if (parts.length == 1) {
      ask(delete ? JobAction.CANCEL : JobAction.SHOW, parameters, exchange);
    } else if (parts.length == 2 && parts[1].equals("result") && !delete) {
      ask(JobAction.RESULT, parameters, exchange);
    } else if (parts.length == 2 && parts[1].equals("events") && !delete) {
      events.watch(parts[0], exchange);
    } else {
      exchange.respond(JobProblems.notFound(request.path()));
    }
  }

  private void ask(JobAction action, Map<String, String> parameters, Exchange exchange) {
    client.ask(action, parameters, JobClient.PATIENCE, answer -> respond(exchange, answer));
  }

  /// Gives the master's answer to the client.
  static void respond(Exchange exchange, Optional<JobAnswer> answer) {
    if (answer.isEmpty()) {
      exchange.respond(JobProblems.masterSilent());
      return;
    }
    JobAnswer given = answer.get();
    List<Header> headers = new ArrayList<>();
    given
        .headers()
        .forEach(
            (name, value) -> {
              if (!INTERNAL.contains(name)) {
                headers.add(new Header(name, value));
              }
            });
    exchange.respond(new Response(given.status(), headers, new Body.Bytes(given.body())));
  }
}
