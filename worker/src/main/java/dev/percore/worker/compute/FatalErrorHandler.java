package dev.percore.worker.compute;

/// Told of an error after which the process cannot be trusted, such as an [OutOfMemoryError]. It is
/// expected to end the worker, so that the master puts a fresh one in its place.
@FunctionalInterface
public interface FatalErrorHandler {

  /// Called on the thread that met the error, with little memory to spare.
  void fatal(Throwable error);
}
