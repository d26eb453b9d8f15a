package dev.percore.worker.http.server;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.StreamingHandler;
import dev.percore.worker.http.limit.Visitor;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.observe.RouteMetrics;
import dev.percore.worker.http.parse.ParsedRequest;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings each request to the handler of its route, or answers it if there is none.
final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final String NO_ROUTE = "none";

  /// What load balancers ask. It costs nothing, and a refusal would tell them that the server is
  /// broken.
  private static final Set<String> PROBES = Set.of("/healthz", "/readyz");

  private final Router router;
  private final RouteMetrics[] metrics;
  private final RouteMetrics noRoute;

  Dispatcher(Router router, HttpMetrics metrics) {
    this.router = router;
    this.metrics =
        router.mounts().stream()
            .map(mount -> metrics.route(mount.route().label()))
            .toArray(RouteMetrics[]::new);
    noRoute = metrics.route(NO_ROUTE);
  }

  /// The meters of requests that have no route.
  RouteMetrics noRoute() {
    return noRoute;
  }

  /// Whether the body of a request is taken while it arrives. Clients of HTTP/1.0 know only to send
  /// all of it first.
  boolean streamsBody(ParsedRequest request) {
    Router.Mount mount = request.http10() ? null : router.find(request.path());
    return mount != null
        && mount.takes(request.method())
        && mount.route().handler() instanceof StreamingHandler handler
        && handler.streams(request);
  }

  /// Has a request answered, unless its client sends too many.
  void dispatch(HttpExchange exchange, Visitor visitor) {
    ParsedRequest request = exchange.request();
    Router.Mount mount = router.find(request.path());
    if (mount != null) {
      exchange.routedTo(metrics[mount.index()]);
    }
    Response refusal =
        PROBES.contains(request.path()) ? null : visitor.enter(request, exchange.startNanos());
    if (refusal != null) {
      exchange.respond(refusal);
    } else if (mount != null) {
      dispatch(exchange, mount);
    } else if (request.path().equals("*")) {
      exchange.respond(Response.empty(204).with("Allow", router.allow()));
    } else {
      exchange.respond(Refusals.NOT_FOUND);
    }
  }

  private static void dispatch(HttpExchange exchange, Router.Mount mount) {
    ParsedRequest request = exchange.request();
    String method = request.method();
    if (mount.takes(method)) {
      handle(mount, exchange);
    } else if (method.equals("OPTIONS")) {
      exchange.respond(Response.empty(204).with("Allow", mount.allow()));
    } else {
      exchange.respond(Refusals.methodNotTaken(method, mount));
    }
  }

  // Whatever a handler throws must not hurt other connections, errors included.
  private static void handle(Router.Mount mount, HttpExchange exchange) {
    try {
      mount.route().handler().handle(exchange);
    } catch (Throwable e) {
      ParsedRequest request = exchange.request();
      log.error(
          "the handler of route {} failed on {} {}",
          mount.route().label(),
          request.method(),
          request.rawPath(),
          e);
      exchange.respond(Refusals.INTERNAL_ERROR);
    }
  }
}
