package dev.percore.worker.files;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.Route;

/// Mounts [StaticFiles]: what they hold in memory or have open is answered on the event loop, the
/// rest where reading may block.
public final class FileRoute {
  private FileRoute() {}

  /// The route of such files.
  ///
  /// @param reading the route of the same files, for handlers that block
  public static Route of(StaticFiles files, Route reading) {
    return new Route(
        reading.label(),
        reading.path(),
        reading.methods(),
        exchange -> {
          Response held = files.held(exchange.request());
          if (held == null) {
            reading.handler().handle(exchange);
          } else {
            exchange.respond(held);
          }
        });
  }
}
