package dev.percore.worker.io;

/// Work for the [IoPool]. Exactly one of the two methods is called, unless the task was withdrawn.
interface IoTask extends Runnable {

  /// Does the work, on a thread of the pool. Must not throw.
  @Override
  void run();

  /// The task will not run; called on the thread that submitted it or that closes the pool.
  void refuse(Refusal why);

  /// Why a task is refused.
  enum Refusal {
    /// All threads are busy and no more may wait.
    FULL,
    /// The pool is closed.
    STOPPING
  }
}
