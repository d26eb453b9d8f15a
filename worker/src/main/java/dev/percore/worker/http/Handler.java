package dev.percore.worker.http;

/// Takes a request on the event loop. It must not block or burn CPU: it answers at once, or passes
/// the exchange on to the I/O pool or the compute lane, which answer later.
@FunctionalInterface
public interface Handler {
  void handle(Exchange exchange);
}
