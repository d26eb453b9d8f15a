package dev.percore.worker.compute;

/// Learns at once whenever a lane has more or less to do. Called with the lane's lock held, from
/// any thread, so it must neither block nor call the lane.
@FunctionalInterface
public interface LoadListener {
  /// Takes no notice.
  LoadListener NONE = (_, _, _, _) -> {};

  /// Takes the present load.
  ///
  /// @param open whether the lane takes tasks
  /// @param busy whether a task runs or is about to
  /// @param portable tasks that wait and that another worker could run
  /// @param waitingNanos how long all that wait will run, as far as that is known
  void changed(boolean open, boolean busy, int portable, long waitingNanos);
}
