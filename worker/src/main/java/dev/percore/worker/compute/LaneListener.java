package dev.percore.worker.compute;

/// Told of each change of what a lane has to do, in the order of the changes.
@FunctionalInterface
public interface LaneListener {

  /// Called on whichever thread changed it, the event loop and the compute thread among them, and
  /// with the lane's lock held: it must take no more than a few stores, must not throw, and must
  /// not call the lane.
  void changed(LaneLoad load);
}
