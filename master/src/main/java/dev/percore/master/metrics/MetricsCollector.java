package dev.percore.master.metrics;

import dev.percore.master.supervise.Slot;
import dev.percore.master.supervise.Supervisor;
import dev.percore.master.supervise.WorkerProcess;
import dev.percore.master.supervise.WorkerState;
import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.ControlMessage.MetricsRequest;
import dev.percore.protocol.metrics.MetricFamily;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Gathers the figures of all workers for a scrape: asks each that is ready, waits for a
/// limited time, and uses the last known figures of those that did not answer, so that a stuck
/// worker delays a scrape but never prevents it. Confined to the master's event loop.
public final class MetricsCollector {
  private final EventLoop loop;
  private final Supervisor supervisor;
  private final MasterMetrics masterMetrics;
  private final Duration timeout;
  private final Map<Integer, SlotMetrics> slots = new TreeMap<>();
  private final Map<Long, Collection> pending = new HashMap<>();
  private long lastRequest;

  private record Collection(Set<Long> missingPids, CompletableFuture<Exposition> done) {}

  public MetricsCollector(
      EventLoop loop, Supervisor supervisor, MasterMetrics masterMetrics, Duration timeout) {
    this.loop = loop;
    this.supervisor = supervisor;
    this.masterMetrics = masterMetrics;
    this.timeout = timeout;
  }

  /// Figures of a living worker have arrived.
  public void received(WorkerProcess worker, Metrics metrics) {
    slot(worker.slot()).update(worker.pid(), metrics.families());
    Collection collection = pending.get(metrics.request());
    if (collection != null) {
      answeredOrGone(metrics.request(), collection, worker.pid());
    }
  }

  /// The last figures known of a living worker; empty before the first.
  public List<MetricFamily> of(WorkerProcess worker) {
    return slot(worker.slot()).of(worker.pid());
  }

  /// A worker has ended.
  public void exited(WorkerProcess worker) {
    slot(worker.slot()).retire(worker.pid());
    Map.copyOf(pending)
        .forEach((request, collection) -> answeredOrGone(request, collection, worker.pid()));
  }

  /// Fresh figures of all, as far as they come in time. The future completes on the event loop.
  public CompletableFuture<Exposition> collect() {
    long request = ++lastRequest;
    var collection = new Collection(new HashSet<>(), new CompletableFuture<>());
    pending.put(request, collection);
    for (Slot slot : supervisor.slots()) {
      slot.processes().stream()
          .filter(worker -> worker.state() == WorkerState.READY)
          .forEach(
              worker -> {
                collection.missingPids().add(worker.pid());
                worker.tell(new MetricsRequest(request));
              });
    }
    if (collection.missingPids().isEmpty()) {
      complete(request);
    } else {
      loop.schedule(() -> complete(request), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    return collection.done();
  }

  private void answeredOrGone(long request, Collection collection, long pid) {
    if (collection.missingPids().remove(pid) && collection.missingPids().isEmpty()) {
      complete(request);
    }
  }

  private void complete(long request) {
    Collection collection = pending.remove(request);
    if (collection != null) {
      try {
        collection.done().complete(exposition());
      } catch (RuntimeException failure) {
        collection.done().completeExceptionally(failure);
      }
    }
  }

  private Exposition exposition() {
    var exposition = new Exposition();
    slots.forEach((slot, metrics) -> exposition.add("" + slot, metrics.families()));
    return exposition.add("master", masterMetrics.families());
  }

  private SlotMetrics slot(int number) {
    return slots.computeIfAbsent(number, _ -> new SlotMetrics());
  }
}
