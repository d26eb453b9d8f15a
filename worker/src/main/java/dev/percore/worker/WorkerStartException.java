package dev.percore.worker;

/// The worker cannot start for a reason that a new attempt would meet again, such as a broken
/// plugin. The message is for the operator.
final class WorkerStartException extends Exception {
  private static final long serialVersionUID = 1L;

  WorkerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
