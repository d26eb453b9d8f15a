package dev.percore.worker.http.server;

import dev.percore.config.ServerConfig;
import dev.percore.worker.http.LazyAnswers;
import dev.percore.worker.http.encode.ResponseEncoder;
import dev.percore.worker.http.limit.ClientLimits;
import dev.percore.worker.http.limit.Visitor;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.parse.Input;
import dev.percore.worker.http.parse.MemoryBudget;
import dev.percore.worker.http.parse.ParserShare;
import dev.percore.worker.http.parse.RequestParser;
import dev.percore.worker.http.socket.LoopBuffers;
import java.util.Optional;

/// What all connections of the front share. Everything here is for the event loop alone.
///
/// @param readAheadMax bytes that a connection may hold unparsed before it stops reading
record Shared(
    Timing timing,
    int readAheadMax,
    ParserShare parsing,
    Input.Pool inputs,
    LoopBuffers buffers,
    ResponseEncoder encoder,
    Dispatcher dispatcher,
    Accounting accounting,
    HttpMetrics metrics,
    Connections connections,
    LazyAnswers lazyAnswers,
    Optional<ClientLimits> clientLimits) {

  private static final int READ_AHEAD_MIN = 64 * 1024;

  /// The longest head that is served, which must fit into what is held unparsed.
  static int readAheadMax(ServerConfig.Limits limits) {
    long longestHead = (long) limits.requestLine() + limits.headers() + 4;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(READ_AHEAD_MIN, longestHead));
  }

  ServerConfig.Limits limits() {
    return parsing.limits();
  }

  MemoryBudget budget() {
    return parsing.budget();
  }

  /// The client of a new connection.
  Visitor visitor(String remoteAddress) {
    return clientLimits.isEmpty() ? Visitor.UNLIMITED : clientLimits.get().visitor(remoteAddress);
  }

  /// Periods in nanoseconds, since they are compared with [System#nanoTime].
  record Timing(long headerNanos, long bodyNanos, long idleNanos, long writeNanos) {
    static Timing of(ServerConfig.Timeouts timeouts) {
      return new Timing(
          timeouts.header().toNanos(),
          timeouts.body().toNanos(),
          timeouts.idle().toNanos(),
          timeouts.write().toNanos());
    }

    /// How long to wait for more when so much of a request has arrived.
    long nanos(RequestParser.Phase phase) {
      return switch (phase) {
        case IDLE -> idleNanos;
        case HEAD -> headerNanos;
        case BODY -> bodyNanos;
      };
    }
  }
}
