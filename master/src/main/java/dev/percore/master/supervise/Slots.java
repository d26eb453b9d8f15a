package dev.percore.master.supervise;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// All slots, by number. A slot that is not wanted any more stays, since its sockets do. Confined
/// to the master's event loop.
final class Slots {
  /// Most slots, as many as the setting `workers` allows.
  static final int MAX = 256;

  private final Consumer<Slot> onAdded;
  private final List<Slot> all = new ArrayList<>();

  /// @param onAdded told of each slot that is new
  Slots(Consumer<Slot> onAdded) {
    this.onAdded = onAdded;
  }

  List<Slot> all() {
    return List.copyOf(all);
  }

  List<Slot> wanted() {
    return all.stream().filter(Slot::isWanted).toList();
  }

  List<WorkerProcess> processes() {
    return all.stream().flatMap(slot -> slot.processes().stream()).toList();
  }

  Slot get(int number) {
    return all.get(number);
  }

  /// Wants the first so many slots and no others.
  void resize(int count, long nowNanos) {
    while (all.size() < count) {
      create(nowNanos);
    }
    for (Slot slot : all) {
      slot.want(slot.number() < count);
    }
  }

  /// Has at least so many slots; those that are new are not wanted.
  void ensure(int count, long nowNanos) {
    while (all.size() < count) {
      create(nowNanos).want(false);
    }
  }

  /// The number of the first slot that is not wanted, or of one more.
  ///
  /// @throws IllegalStateException if there are as many as there can be
  int next() {
    int number =
        all.stream()
            .filter(slot -> !slot.isWanted())
            .mapToInt(Slot::number)
            .findFirst()
            .orElse(all.size());
    if (number >= MAX) {
      throw new IllegalStateException("there are " + MAX + " workers, and no more can be added");
    }
    return number;
  }

  /// Wants one slot more.
  ///
  /// @return its number
  /// @throws IllegalStateException if there are as many as there can be
  int add(long nowNanos) {
    int number = next();
    Slot slot = number < all.size() ? all.get(number) : create(nowNanos);
    slot.want(true);
    slot.spawnAt(nowNanos);
    return number;
  }

  private Slot create(long nowNanos) {
    Slot slot = new Slot(all.size(), nowNanos);
    all.add(slot);
    onAdded.accept(slot);
    return slot;
  }
}
