package rivals;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import org.xnio.Options;

/// Undertow with an I/O thread for each core; computes on the I/O thread, since that is its fastest
/// way for what is short.
public final class UndertowServer {
  private UndertowServer() {}

  /// @param arguments port, and number of I/O threads
  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[1]);
    Undertow.builder()
        .addHttpListener(Integer.parseInt(arguments[0]), "127.0.0.1")
        .setIoThreads(threads)
        .setWorkerThreads(threads)
        .setSocketOption(Options.BACKLOG, 1024)
        .setSocketOption(Options.TCP_NODELAY, true)
        .setHandler(UndertowServer::serve)
        .build()
        .start();
  }

  private static void serve(HttpServerExchange exchange) throws Exception {
    if (exchange.getRequestPath().equals("/healthz")) {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
      exchange.getResponseSender().send("ok");
      return;
    }
    long n = Long.parseLong(exchange.getQueryParameters().get("n").getFirst());
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseSender().send(ByteBuffer.wrap(CountAnswer.of(n)));
  }
}
