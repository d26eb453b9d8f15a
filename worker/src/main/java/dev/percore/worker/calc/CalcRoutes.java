package dev.percore.worker.calc;

import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeLane;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.Later;
import dev.percore.worker.http.Reply;
import dev.percore.worker.http.Route;
import dev.percore.worker.poison.PoisonGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Mounts the catalogue: `/calc` for the classic count, `/calc/` for the list, and one route for
/// each function, so that the metrics' `route` label is bounded.
public final class CalcRoutes {
  private static final String PREFIX = "/calc/";
  private static final String CLASSIC_FUNCTION = "count";

  private final Catalogue catalogue;
  private final ComputeLane lane;
  private final WorkerIdentity worker;
  private final Deferral deferral;
  private final PoolGate gate;
  private final PoisonGuard poison;
  private final Later<Response> list;

  /// Makes routes over a catalogue and a lane.
  ///
  /// @param deferral is offered each call first
  /// @param gate knows whether calls are taken at all
  /// @param poison runs the functions
  public CalcRoutes(
      Catalogue catalogue,
      ComputeLane lane,
      WorkerIdentity worker,
      Deferral deferral,
      PoolGate gate,
      PoisonGuard poison) {
    this.gate = gate;
    this.poison = poison;
    this.catalogue = catalogue;
    this.lane = lane;
    this.worker = worker;
    this.deferral = deferral;
    this.list =
        new Later<>("catalogue", () -> Response.json(200, CatalogueDocument.write(catalogue)));
  }

  /// What to mount.
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    Catalogue.Entry classic = catalogue.find(CLASSIC_FUNCTION);
    if (classic != null) {
      routes.add(new Route("/calc", "/calc", Set.of("GET"), exchange -> call(classic, exchange)));
    }
    for (Catalogue.Entry entry : catalogue.entries()) {
      String path = PREFIX + entry.spec().name();
      routes.add(new Route(path, path, Set.of("GET", "POST"), exchange -> call(entry, exchange)));
    }
    // POST too, so that a mistyped function is told as such whatever the method.
    routes.add(new Route(PREFIX, PREFIX, Set.of("GET", "POST"), this::listOrUnknown));
    return routes;
  }

  private void call(Catalogue.Entry entry, Exchange exchange) {
    if (deferral.takes(entry, exchange) || gate.refuses(exchange)) {
      return;
    }
    Request request = exchange.request();
    CallTime time;
    try {
      time = CallTime.of(entry, request);
    } catch (ProblemException e) {
      exchange.respond(e.problem());
      return;
    }
    Reply reply = time.tellIn(exchange);
    ClientName client = ClientName.ofAddress(request.remoteAddress());
    CalcTask task = new CalcTask(entry, request, reply, worker, poison, client, time.limit());
    // Long arguments are read by the task when it runs.
    if (!FunctionCalls.isLong(request) && !task.readArguments()) {
      return;
    }
    switch (lane.submit(task)) {
      case Submission.Accepted(Submission.Ticket ticket) -> exchange.onClientGone(ticket::cancel);
      case Submission.Refused refused -> reply.respond(CallProblems.refused(refused));
    }
  }

  private void listOrUnknown(Exchange exchange) {
    String path = exchange.request().path();
    if (!path.equals(PREFIX)) {
      String name = path.substring(PREFIX.length()).replaceFirst("/map$", "");
      exchange.respond(CallProblems.unknownFunction(name, catalogue.names()));
    } else if (exchange.request().method().equals("POST")) {
      exchange.respond(CallProblems.methodNotAllowed("POST", "GET, HEAD, OPTIONS"));
    } else {
      list.answer(exchange, Function.identity());
    }
  }
}
