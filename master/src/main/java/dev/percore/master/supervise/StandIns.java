package dev.percore.master.supervise;

import dev.percore.protocol.ControlMessage.Return;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who accepts connections for a slot whose own worker cannot: it died, starts, hangs, or is not
/// wanted any more. The socket stays the master's, so nothing that waits in its queue is lost;
/// with a stand-in nothing has to wait. Confined to the master's event loop.
final class StandIns {
  private static final Logger log = LoggerFactory.getLogger(StandIns.class);

  private final BiConsumer<Integer, WorkerProcess> lender;
  private final Map<Integer, WorkerProcess> bySlot = new HashMap<>();

  /// @param lender lends the sockets of a slot to a worker
  StandIns(BiConsumer<Integer, WorkerProcess> lender) {
    this.lender = lender;
  }

  /// Brings in who is missing and sends away who is not needed any more.
  ///
  /// @param isLively whether a worker that serves does so in fact
  void reconcile(List<Slot> slots, Predicate<WorkerProcess> isLively) {
    for (Slot slot : slots) {
      boolean servesItself = slot.serving().filter(isLively).isPresent();
      WorkerProcess present = bySlot.get(slot.number());
      if (present != null && (servesItself || !isAble(present, isLively))) {
        bySlot.remove(slot.number());
        present.tell(new Return(slot.number()));
        log.debug("{} no longer stands in for slot {}", present, slot.number());
      }
      if (!servesItself && !bySlot.containsKey(slot.number())) {
        idlest(slots, isLively).ifPresent(worker -> bringIn(worker, slot.number()));
      }
    }
  }

  /// Who stands in for a slot.
  Optional<WorkerProcess> of(int slot) {
    return Optional.ofNullable(bySlot.get(slot));
  }

  private void bringIn(WorkerProcess worker, int slot) {
    bySlot.put(slot, worker);
    lender.accept(slot, worker);
    log.debug("{} stands in for slot {}", worker, slot);
  }

  private Optional<WorkerProcess> idlest(List<Slot> slots, Predicate<WorkerProcess> isLively) {
    return slots.stream()
        .flatMap(slot -> slot.serving().stream())
        .filter(isLively)
        .min(Comparator.comparingLong(this::duties));
  }

  private long duties(WorkerProcess worker) {
    return bySlot.values().stream().filter(worker::equals).count();
  }

  private static boolean isAble(WorkerProcess worker, Predicate<WorkerProcess> isLively) {
    return worker.state() == WorkerState.READY && isLively.test(worker);
  }
}
