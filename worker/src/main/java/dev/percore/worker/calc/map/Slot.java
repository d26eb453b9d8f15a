package dev.percore.worker.calc.map;

import dev.percore.worker.compute.Submission;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A chunk's place in the window, from when it is read until its outcomes have left. Guarded by
/// the [MapRun].
final class Slot {
  /// Outcomes that have not left yet, as NDJSON.
  final ArrayDeque<byte[]> outcomes = new ArrayDeque<>();

  /// What has no outcome yet; null when all have.
  @Nullable Chunk rest;

  /// Of the task that computes the rest, while there is one.
  Submission.@Nullable Ticket ticket;

  Slot(@Nullable Chunk rest) {
    this.rest = rest;
  }

  /// Whether there is nothing more to come and nothing left.
  boolean isOver() {
    return rest == null && outcomes.isEmpty();
  }

  /// Whether the rest waits to be taken by the lane.
  boolean awaitsOffer() {
    return rest != null && ticket == null;
  }
}
