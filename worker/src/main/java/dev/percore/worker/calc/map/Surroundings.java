package dev.percore.worker.calc.map;

import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.poison.PoisonGuard;
import java.time.Duration;

/// What maps need of the worker.
///
/// @param window chunks of one map that are computed, wait for that, or have outcomes that the
///     client has not taken yet
/// @param poison runs the functions
record Surroundings(Lane lane, Timer timer, int window, PoisonGuard poison) {

  /// Takes tasks.
  @FunctionalInterface
  interface Lane {
    Submission submit(ComputeTask task);
  }

  /// Runs something later, on a thread that it must not block.
  @FunctionalInterface
  interface Timer {
    void schedule(Runnable action, Duration later);
  }
}
