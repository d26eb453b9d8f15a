package dev.percore.master.supervise;

import dev.percore.protocol.ControlMessage.Heartbeat;
import java.time.Duration;
import java.util.function.LongUnaryOperator;

/// Finds the workers that have served long enough, those whose computation does not end, and the
/// slots that have recovered. Confined to the master's event loop.
final class Recycler {
  private final Slots slots;
  private final Target target;
  private final Evidence evidence;
  private final LongUnaryOperator rssBytes;

  /// @param rssBytes resident memory of a process by its pid, 0 if it is not known
  Recycler(Slots slots, Target target, Evidence evidence, LongUnaryOperator rssBytes) {
    this.slots = slots;
    this.target = target;
    this.evidence = evidence;
    this.rssBytes = rssBytes;
  }

  /// Marks those for replacement.
  void recycle(long now) {
    var policy =
        new RecyclePolicy(
            target.aim().config().worker(), target.aim().config().supervision().laneGrace());
    Duration stableAfter = target.aim().config().supervision().stableAfter();
    for (Slot slot : slots.wanted()) {
      if (slot.serving().filter(w -> w.age(now).compareTo(stableAfter) >= 0).isPresent()) {
        slot.recovered();
      }
      if (slot.replaceReason().isEmpty()) {
        slot.serving().ifPresent(worker -> recycle(slot, worker, policy, service(worker, now)));
      }
    }
  }

  private void recycle(
      Slot slot, WorkerProcess worker, RecyclePolicy policy, RecyclePolicy.Service service) {
    policy
        .reason(service)
        .ifPresent(
            reason -> {
              slot.replaceBecause(reason);
              if (policy.isStuck(service)) {
                worker.blame(reason);
                var _ = evidence.beforeKill(worker, reason);
              }
            });
  }

  private RecyclePolicy.Service service(WorkerProcess worker, long now) {
    Heartbeat heartbeat = worker.lastHeartbeat();
    boolean rssCounts = target.aim().config().worker().maxRssBytes() > 0;
    return new RecyclePolicy.Service(
        heartbeat.requests(),
        worker.extraRequests(),
        worker.age(now),
        rssCounts ? rssBytes.applyAsLong(worker.pid()) : 0,
        heartbeat.overdue());
  }
}
