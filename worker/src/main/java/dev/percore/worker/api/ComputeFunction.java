package dev.percore.worker.api;

/// A CPU-bound function of the catalogue, served at `/calc/{name}`.
///
/// One instance is made for each worker by [java.util.ServiceLoader] and lives as long as the
/// worker. [#apply] is only ever called on the worker's one compute thread, so an implementation
/// needs no locks, but it must not block on input or output: that belongs into a [BlockingHandler].
public interface ComputeFunction {

  /// Name, parameters, cost and an example; called once when the worker starts.
  FunctionSpec spec();

  /// Whether a call may be run a second time when the worker that ran it has died. It may if
  /// nothing outside of the function changes by it, which is so for whatever only computes. A call
  /// that may not is answered with 500 then.
  default boolean isIdempotent() {
    return true;
  }

  /// Computes the answer.
  ///
  /// @param arguments complete (defaults filled in) and inside of their ranges
  /// @param context poll it in long loops, so that a deadline or a vanished client can end the work
  /// @throws ComputeException for arguments that are in range but have no answer (a 4xx for the
  ///     client); anything else that is thrown is logged and answered with 500
  /// @throws java.util.concurrent.CancellationException from [ComputeContext#checkCancelled]
  ComputeResult apply(Arguments arguments, ComputeContext context) throws Exception;
}
