package dev.percore.worker.calc;

import dev.percore.protocol.ControlMessage.PoolState;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.Exchange;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Whether the pool takes work. [#use] and [#refuses] are for the event loop; the rest is
/// thread-safe.
public final class PoolGate {
  // Each by what gives it up.
  private final Set<Runnable> maps = ConcurrentHashMap.newKeySet();
  private volatile PoolState state = PoolState.OPEN;

  /// Opens or closes it.
  public void use(PoolState next) {
    state = next;
    if (isTerminated()) {
      maps.forEach(Runnable::run);
    }
  }

  /// Whether what was accepted before is given up.
  public boolean isTerminated() {
    return state == PoolState.TERMINATED;
  }

  /// Whether no work is accepted.
  public boolean isClosed() {
    return state != PoolState.OPEN;
  }

  /// Answers a request for work, if there is to be none.
  ///
  /// @return whether it has
  public boolean refuses(Exchange exchange) {
    boolean closed = isClosed();
    if (closed) {
      exchange.respond(
          Response.problem(
              Problem.of(
                  503,
                  "pool-closed",
                  "Pool closed",
                  "The pool takes no work until it is opened again.")));
    }
    return closed;
  }

  /// A map begins, which is work even while none of its elements is computed.
  ///
  /// @param giveUp run on the event loop when the pool is terminated
  public void mapBegins(Runnable giveUp) {
    maps.add(giveUp);
  }

  /// A map is over.
  ///
  /// @param giveUp the same as at its beginning
  public void mapEnds(Runnable giveUp) {
    maps.remove(giveUp);
  }

  /// Maps under way.
  public int maps() {
    return maps.size();
  }
}
