package dev.percore.worker.http.server;

import dev.percore.worker.http.observe.AccessEntry;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.parse.ParsedRequest;

/// Puts each request that ended into the metrics and the access log.
final class Accounting {
  /// Status of a request whose client hung up before the answer; as in nginx, never sent.
  static final int CLIENT_GONE = 499;

  private final HttpMetrics metrics;
  private final AccessLog accessLog;

  Accounting(HttpMetrics metrics, AccessLog accessLog) {
    this.metrics = metrics;
    this.accessLog = accessLog;
  }

  /// A request was answered, or its client is gone.
  ///
  /// @param bytes of the answer's body
  void ended(HttpExchange exchange, int status, long bytes, long nowNanos) {
    ParsedRequest request = exchange.request();
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
              bytes,
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
