package dev.percore.worker.http.server;

import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.blackbox.Stage;
import dev.percore.worker.http.observe.AccessEntry;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.parse.MemoryBudget;
import dev.percore.worker.http.parse.ParsedRequest;

/// Keeps the books on requests: those in flight for the drain, the black box and the memory budget,
/// those that ended in the metrics and the access log. For the event loop.
final class Accounting {
  /// Status of a request whose client hung up before the answer; as in nginx, never sent.
  static final int CLIENT_GONE = 499;

  private final HttpMetrics metrics;
  private final AccessLog accessLog;
  private final Connections connections;
  private final BlackBoxWriter blackBox;
  private final MemoryBudget budget;

  Accounting(
      HttpMetrics metrics,
      AccessLog accessLog,
      Connections connections,
      BlackBoxWriter blackBox,
      MemoryBudget budget) {
    this.metrics = metrics;
    this.accessLog = accessLog;
    this.connections = connections;
    this.blackBox = blackBox;
    this.budget = budget;
  }

  /// A request has arrived.
  void begun(HttpExchange exchange) {
    ParsedRequest request = exchange.request();
    connections.requestBegun();
    exchange.notedIn(blackBox.begin(request.method(), request.rawPath(), exchange.startNanos()));
  }

  /// A request that is in flight got so far.
  void reached(HttpExchange exchange, Stage stage) {
    blackBox.reached(exchange.cell(), stage);
  }

  /// A request was answered, or its client is gone. Its memory is given back.
  void ended(HttpExchange exchange, int status, long nowNanos) {
    ParsedRequest request = exchange.request();
    blackBox.end(exchange.cell());
    connections.requestEnded();
    budget.give(request.heldBytes());
    long nanos = nowNanos - exchange.startNanos();
    exchange.route().record(request.method(), status, nanos);
    if (accessLog.isOn()) {
      String query = request.rawQuery();
      accessLog.append(
          new AccessEntry(
              System.currentTimeMillis(),
              request.remoteAddress(),
              request.method(),
              query.isEmpty() ? request.rawPath() : request.rawPath() + "?" + query,
              request.http10() ? "HTTP/1.0" : "HTTP/1.1",
              exchange.route().label(),
              status,
              exchange.bodyBytes(),
              nanos,
              request.header("Referer"),
              request.header("User-Agent")));
    }
  }

  /// A request was rejected before it was understood.
  void rejected(String remoteAddress, String route, int status, long bytes) {
    metrics.rejected(status);
    if (accessLog.isOn()) {
      accessLog.append(
          new AccessEntry(
              System.currentTimeMillis(),
              remoteAddress,
              null,
              null,
              null,
              route,
              status,
              bytes,
              0,
              null,
              null));
    }
  }
}
