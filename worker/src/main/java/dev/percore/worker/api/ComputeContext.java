package dev.percore.worker.api;

/// What a running function may ask of its surroundings. Only for the compute thread.
public interface ComputeContext {

  /// One that is never cancelled: for a function that is called outside of a server, as by its
  /// tests. For any thread.
  ComputeContext UNDISTURBED =
      new ComputeContext() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void checkCancelled() {}
      };

  /// Whether the answer is no longer wanted: the deadline passed, the client hung up, or the worker
  /// is stopping. Cheap enough for once every few thousand iterations.
  boolean isCancelled();

  /// Ends the function when its answer is no longer wanted.
  ///
  /// @throws java.util.concurrent.CancellationException when [#isCancelled]
  void checkCancelled();

  /// Says how far the work is, for those who watch a job. Cheap, but meant for once every few
  /// milliseconds and not for every iteration; without effect where nobody watches.
  ///
  /// @param fraction 0 to 1
  default void progress(double fraction) {}
}
