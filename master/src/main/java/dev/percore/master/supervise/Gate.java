package dev.percore.master.supervise;

import java.util.List;

/// When a worker that serves may be replaced by another. Asked again and again, so the answer
/// should follow from the state of the slots.
public interface Gate {

  /// Whether the next worker of a slot may be started beside the one that serves.
  ///
  /// @param slots those that should have a worker
  boolean mayPrepare(Slot slot, List<Slot> slots);

  /// Whether a worker that is prepared may take its slot.
  ///
  /// @param slots those that should have a worker
  boolean mayAdmit(WorkerProcess next, List<Slot> slots);

  /// One slot after the other: the memory of one more worker is all that it takes.
  static Gate rolling() {
    return new Gate() {
      @Override
      public boolean mayPrepare(Slot slot, List<Slot> slots) {
        return slots.stream()
            .noneMatch(other -> other.serving().isPresent() && other.next().isPresent());
      }

      @Override
      public boolean mayAdmit(WorkerProcess next, List<Slot> slots) {
        return true;
      }
    };
  }

  /// All slots at once, when the next worker of each is prepared.
  ///
  /// @param generation the one that takes over
  static Gate blueGreen(Generation generation) {
    return new Gate() {
      @Override
      public boolean mayPrepare(Slot slot, List<Slot> slots) {
        return true;
      }

      @Override
      public boolean mayAdmit(WorkerProcess next, List<Slot> slots) {
        return slots.stream().allMatch(this::isPrepared);
      }

      private boolean isPrepared(Slot slot) {
        return slot.serving().stream().anyMatch(this::isNew)
            || slot.next().stream()
                .anyMatch(worker -> isNew(worker) && worker.state() == WorkerState.PREPARED);
      }

      private boolean isNew(WorkerProcess worker) {
        return worker.generation().number() == generation.number();
      }
    };
  }
}
