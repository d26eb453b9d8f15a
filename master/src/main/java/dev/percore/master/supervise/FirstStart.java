package dev.percore.master.supervise;

import dev.percore.protocol.WorkerExit;
import java.util.Optional;

/// Whether the first start has come about, or is to be given up. A server that has served once is
/// never given up.
final class FirstStart {
  /// A slot that failed so often is a reason to give up.
  static final int ATTEMPTS = 3;

  private boolean over;

  boolean isOver() {
    return over;
  }

  /// All workers were ready.
  void succeeded() {
    over = true;
  }

  /// Why the start is hopeless after a worker's end, if it is.
  Optional<String> reasonToGiveUp(Slot slot, WorkerExit exit) {
    if (!over && exit.status() == WorkerExit.START_FAILED) {
      return Optional.of("worker " + slot.number() + " cannot start; its log line says why");
    }
    return reasonToGiveUp(slot, exit.describe());
  }

  /// Why the start is hopeless after a failed attempt, if it is.
  Optional<String> reasonToGiveUp(Slot slot, String lastReason) {
    return over || slot.shortLives() < ATTEMPTS
        ? Optional.empty()
        : Optional.of(
            "worker %d failed %d times before it was ready, at last with %s"
                .formatted(slot.number(), slot.shortLives(), lastReason));
  }
}
