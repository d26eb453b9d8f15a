package dev.percore.worker.api;

import java.time.Duration;
import java.util.Optional;

/// A CPU-bound function of the catalogue, served at `/calc/{name}`.
///
/// One instance is made for each worker by [java.util.ServiceLoader] and lives as long as the
/// worker. [#apply] is only ever called on the worker's one compute thread, so an implementation
/// needs no locks, but it must not block on input or output: that belongs into a [BlockingHandler].
public interface ComputeFunction {

  /// Name, parameters, cost and an example; called once when the worker starts.
  FunctionSpec spec();

  /// Longest time from the acceptance of a call to its answer, queueing included, for which this
  /// function is worth waiting for; above zero. A call may ask for less. Called once when the
  /// worker starts.
  ///
  /// @return empty for `compute.timeout`, which is the most in any case
  default Optional<Duration> timeout() {
    return Optional.empty();
  }

  /// Whether a call may be run again when the worker that ran it died: it changes nothing outside
  /// of itself, or changes it to the same. Called once when the worker starts.
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
