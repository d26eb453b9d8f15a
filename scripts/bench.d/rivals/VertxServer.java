package rivals;

import io.vertx.core.Future;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/// Vert.x with an event loop for each core, on native epoll; computes on the event loop, since that
/// is its fastest way for what is short.
public final class VertxServer extends VerticleBase {
  private final int port;

  private VertxServer(int port) {
    this.port = port;
  }

  /// @param arguments port, and number of event loops
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    int loops = Integer.parseInt(arguments[1]);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    vertx
        .deployVerticle(
            () -> new VertxServer(port), new DeploymentOptions().setInstances(loops))
        .onSuccess(_ -> System.out.println("native transport: " + vertx.isNativeTransportEnabled()))
        .onFailure(Throwable::printStackTrace);
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer(new HttpServerOptions().setAcceptBacklog(1024))
        .requestHandler(VertxServer::serve)
        .listen(port, "127.0.0.1");
  }

  private static void serve(HttpServerRequest request) {
    if (request.path().equals("/healthz")) {
      request.response().putHeader("Content-Type", "text/plain; charset=utf-8").end("ok");
      return;
    }
    try {
      byte[] body = CountAnswer.of(Long.parseLong(request.getParam("n")));
      request.response().putHeader("Content-Type", "application/json").end(Buffer.buffer(body));
    } catch (Exception failure) {
      request.response().setStatusCode(500).end(failure.toString());
    }
  }
}
