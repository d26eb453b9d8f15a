package dev.percore.worker.io;

/// Work for the [IoPool]. Exactly one of the two methods is called, unless the task was withdrawn.
interface IoTask extends Runnable {

  /// Does the work, on a thread of the pool. Must not throw.
  @Override
  void run();

  /// There is no room, or the pool is closed; called on the thread that submitted or that closes.
  void refuse();
}
