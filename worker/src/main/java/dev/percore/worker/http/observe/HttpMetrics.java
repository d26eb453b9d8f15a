package dev.percore.worker.http.observe;

import dev.percore.protocol.metrics.FamilyRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/// The meters of the HTTP front. Recording is for the event loop; what is recorded may be read on
/// any thread.
public final class HttpMetrics {
  private final MeterRegistry registry;
  private final Durations durations = new Durations();
  private final Map<String, RouteMetrics> routes = new HashMap<>();
  private final Map<Integer, Tally> rejected = new HashMap<>();
  private final Map<ProxyRefusal, Tally> proxyRefused = new EnumMap<>(ProxyRefusal.class);
  private final Tally accepted;
  private final Tally refused;
  private final Tally received;
  private final Tally sent;

  public HttpMetrics(FamilyRegistry registry) {
    this.registry = registry;
    registry.add(Durations.NAME, durations::read);
    accepted = counter("percore.http.connections.accepted", "Connections accepted.");
    refused =
        counter(
            "percore.http.connections.refused",
            "Connections refused because there were too many already.");
    received = counter("percore.http.received.bytes", "Bytes received from clients.");
    sent = counter("percore.http.sent.bytes", "Bytes of answers, with their heads.");
  }

  /// Registers gauges that the front and the access log can tell at any time.
  public void watch(IntSupplier connections, IntSupplier inFlight, AccessLog accessLog) {
    Gauge.builder("percore.http.connections", connections, IntSupplier::getAsInt)
        .strongReference(true)
        .description("Connections open.")
        .register(registry);
    Gauge.builder("percore.http.requests.in.flight", inFlight, IntSupplier::getAsInt)
        .strongReference(true)
        .description("Requests read and not yet answered.")
        .register(registry);
    // The registry does not keep the access log alive; the front does.
    FunctionCounter.builder("percore.http.access.log.dropped", accessLog, AccessLog::dropped)
        .description("Lines of the access log that were lost, since it could not keep up.")
        .register(registry);
  }

  /// The meters of a route, by its label; the same for each call.
  public RouteMetrics route(String label) {
    return routes.computeIfAbsent(label, name -> new RouteMetrics(registry, durations, name));
  }

  /// A connection came in.
  public void accepted() {
    accepted.add(1);
  }

  /// A connection was one too many.
  public void refused() {
    refused.add(1);
  }

  /// A request was refused for its form, its slowness, or for want of memory.
  public void rejected(int status) {
    rejected.computeIfAbsent(status, this::rejectedCounter).add(1);
  }

  /// Why a connection that should begin with a PROXY header was closed.
  public enum ProxyRefusal {
    /// The peer is no trusted proxy.
    UNTRUSTED,
    /// What it sent is no such header.
    INVALID,
    /// It sent no whole header before it left or its time was over.
    MISSING
  }

  /// A connection was closed for want of a PROXY header that is believed.
  public void proxyRefused(ProxyRefusal why) {
    proxyRefused.computeIfAbsent(why, this::proxyRefusedCounter).add(1);
  }

  private Tally proxyRefusedCounter(ProxyRefusal why) {
    Tally tally = new Tally();
    FunctionCounter.builder("percore.http.proxy.refused", tally, Tally::get)
        .description("Connections closed for want of a PROXY header from a trusted proxy.")
        .tag("reason", why.name().toLowerCase(Locale.ROOT))
        .register(registry);
    return tally;
  }

  /// Bytes came in.
  public void received(long bytes) {
    received.add(bytes);
  }

  /// Bytes of answers were handed over.
  public void sent(long bytes) {
    sent.add(bytes);
  }

  private Tally rejectedCounter(int status) {
    Tally tally = new Tally();
    FunctionCounter.builder("percore.http.requests.rejected", tally, Tally::get)
        .description("Requests rejected before routing: malformed, too large, too slow, no memory.")
        .tag("status", Integer.toString(status))
        .register(registry);
    return tally;
  }

  private Tally counter(String name, String description) {
    Tally tally = new Tally();
    FunctionCounter.builder(name, tally, Tally::get).description(description).register(registry);
    return tally;
  }
}
