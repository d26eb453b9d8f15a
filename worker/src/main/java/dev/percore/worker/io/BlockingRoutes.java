package dev.percore.worker.io;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.http.Route;
import java.util.function.Consumer;

/// Mounts [BlockingHandler]s: each becomes a [Route] that passes its requests on to the I/O pool.
public final class BlockingRoutes {
  private final IoPool pool;
  private final IoMetrics metrics;
  private final Consumer<Throwable> fatal;

  /// @param fatal told of errors that the JVM does not survive in good health, such as
  ///     [OutOfMemoryError]; called on a thread of the pool
  public BlockingRoutes(IoPool pool, IoMetrics metrics, Consumer<Throwable> fatal) {
    this.pool = pool;
    this.metrics = metrics;
    this.fatal = fatal;
  }

  /// The route of one handler, labelled with its name.
  public Route route(BlockingHandler handler) {
    IoMetrics.HandlerMeters meters = metrics.of(handler.name());
    return new Route(
        handler.name(),
        handler.path(),
        handler.methods(),
        exchange -> {
          BlockingCall call = new BlockingCall(exchange, handler, meters, fatal);
          exchange.onClientGone(
              () -> {
                call.abandon();
                pool.withdraw(call);
              });
          pool.submit(call);
        });
  }
}
