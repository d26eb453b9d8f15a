package dev.percore.master.supervise;

import java.util.List;

/// Which generation the workers should be of, and how they may get there. Confined to the
/// master's event loop.
final class Target {
  private Generation aim;

  /// The last generation that all slots were served by, or else the first.
  private Generation proven;

  private Gate gate = Gate.rolling();

  Target(Generation first) {
    this.aim = first;
    this.proven = first;
  }

  /// The generation that is aimed at.
  Generation aim() {
    return aim;
  }

  Gate gate() {
    return gate;
  }

  void changeOver(Generation to, Gate by) {
    aim = to;
    gate = by;
  }

  void settle() {
    proven = aim;
    gate = Gate.rolling();
  }

  /// What an empty slot gets: the generation that is proven, so that a reload that fails costs
  /// nothing. The one that is aimed at, if that has served there already, or if the proven one is
  /// of no use: nobody serves, or it dies again and again.
  ///
  /// @param slots those that should have a worker
  Generation ofEmpty(Slot slot, List<Slot> slots) {
    boolean aimServed = slot.lastServed().filter(last -> last.number() == aim.number()).isPresent();
    boolean provenFails = slot.isInCrashLoop() || slots.stream().noneMatch(Slot::isReady);
    return aimServed || provenFails ? aim : proven;
  }

  boolean isAim(WorkerProcess worker) {
    return worker.generation().number() == aim.number();
  }

  /// Whether it is neither of the generation aimed at nor of the one before.
  boolean isGivenUp(WorkerProcess worker) {
    return !isAim(worker) && worker.generation().number() != proven.number();
  }
}
