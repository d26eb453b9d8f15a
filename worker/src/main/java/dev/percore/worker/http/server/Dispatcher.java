package dev.percore.worker.http.server;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.observe.RouteMetrics;
import dev.percore.worker.http.parse.ParsedRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings each request to the handler of its route, or answers it if there is none.
final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final String NO_ROUTE = "none";

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

  void dispatch(HttpExchange exchange) {
    ParsedRequest request = exchange.request();
    if (request.path().equals("*")) {
      exchange.respond(Response.empty(204).with("Allow", router.allow()));
      return;
    }
    Router.Mount mount = router.find(request.path());
    if (mount == null) {
      exchange.respond(Refusals.NOT_FOUND);
      return;
    }
    exchange.routedTo(metrics[mount.index()]);
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
